package jong.api;

import java.util.regex.Pattern;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Consecutive ids of an {@link IdMap}. OCI's names for the first two are those of a user
 * namespace's map, which the kernel takes for a mount as well.
 *
 * @param file the first one as the file system has it
 * @param container the first one as the container sees it: without a user namespace the ids of the
 *     host are the container's
 * @param count how many, at least 1
 */
public record IdRange(long file, long container, long count) {

    /** The one after the last id: 4294967295 means "no id" in the kernel. */
    private static final long END = 0xffff_ffffL;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

    /**
     * Checks the numbers.
     *
     * @throws InvalidArgument if one is none of an id, or nothing is mapped
     */
    public IdRange {
        String range = file + "-" + container + "-" + count;
        if (count < 1) {
            throw new InvalidArgument("invalid range " + range + " of idmap: maps no id");
        }
        if (file < 0 || container < 0 || Math.max(file, container) > END - count) {
            throw new InvalidArgument(
                    "invalid range " + range + " of idmap: ids are 0 to " + (END - 1));
        }
    }

    static IdRange parse(String text) {
        if (text.startsWith("@")) {
            throw new InvalidArgument(
                    "invalid range "
                            + text
                            + " of idmap: @ is relative to the container's user namespace, and"
                            + " there is none");
        }
        String[] numbers = text.split("-", -1);
        if (numbers.length != 3) {
            throw malformed(text);
        }
        return new IdRange(
                number(numbers[0], text), number(numbers[1], text), number(numbers[2], text));
    }

    private static long number(String digits, String text) {
        if (!NUMBER.matcher(digits).matches()) {
            throw malformed(text);
        }
        return Long.parseLong(digits);
    }

    private static InvalidArgument malformed(String text) {
        return new InvalidArgument(
                "invalid range '" + text + "' of idmap: want FILE-CONTAINER-COUNT, three numbers");
    }

    static IdRange of(JsonObject json) {
        return new IdRange(json.number("ContainerID"), json.number("HostID"), json.number("Size"));
    }

    JsonObject json() {
        return new JsonObject()
                .with("ContainerID", file)
                .with("HostID", container)
                .with("Size", count);
    }

    /** As {@code /proc/PID/uid_map} has it. */
    public String line() {
        return file + " " + container + " " + count + "\n";
    }

    /** The text that is parsed. */
    @Override
    public String toString() {
        return file + "-" + container + "-" + count;
    }
}
