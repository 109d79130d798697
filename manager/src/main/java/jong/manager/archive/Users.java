package jong.manager.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import jong.manager.archive.Extraction.Owner;
import jong.wire.status.StatusException.InvalidArgument;

/** Finds a container's user in its own {@code /etc/passwd} and {@code /etc/group}. */
public final class Users {

    private static final int MAX_FILE = 16 << 20;
    private static final int NAME = 0;
    private static final int NUMBER = 2;
    private static final int GROUP = 3;
    private static final int NUMBERS_OF_USER = 2;
    private static final int NUMBERS_OF_GROUP = 1;

    private final RootFiles files;

    /** Looks among these files. */
    public Users(RootFiles files) {
        this.files = files;
    }

    /**
     * The user that {@code --user} means.
     *
     * @param user {@code name|uid[:group|gid]}
     * @throws InvalidArgument with docker's text if there is no such user or group
     */
    public Owner find(String user) throws IOException {
        int colon = user.indexOf(':');
        String name = colon < 0 ? user : user.substring(0, colon);
        String group = colon < 0 ? "" : user.substring(colon + 1);
        Optional<String[]> entry = entry("/etc/passwd", NUMBERS_OF_USER, name);
        int uid =
                entry.map(fields -> number(fields[NUMBER]))
                        .orElse(number(name))
                        .orElseThrow(() -> unknown("user", name, "passwd"));
        int gid =
                entry.map(fields -> number(fields[GROUP])).orElse(OptionalInt.of(0)).orElseThrow();
        return new Owner(uid, group.isEmpty() ? gid : group(group));
    }

    private int group(String name) throws IOException {
        return entry("/etc/group", NUMBERS_OF_GROUP, name)
                .map(fields -> number(fields[NUMBER]))
                .orElse(number(name))
                .orElseThrow(() -> unknown("group", name, "group"));
    }

    private static InvalidArgument unknown(String kind, String name, String file) {
        return new InvalidArgument(
                "unable to find %s %s: no matching entries in %s file".formatted(kind, name, file));
    }

    /**
     * The line with that name or, of a number, with that number. A line whose numbers are none, or
     * none that the kernel knows, does not count: it must not mean root.
     */
    private Optional<String[]> entry(String path, int numbers, String name) throws IOException {
        Optional<byte[]> bytes = files.read(path, MAX_FILE);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        OptionalInt number = number(name);
        return new String(bytes.get(), UTF_8)
                .lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> isSound(fields, numbers))
                .filter(fields ->
                        number.isPresent()
                                ? number.equals(number(fields[NUMBER]))
                                : fields[NAME].equals(name))
                .findFirst();
    }

    private static boolean isSound(String[] fields, int numbers) {
        return fields.length >= NUMBER + numbers
                && Arrays.stream(fields, NUMBER, NUMBER + numbers)
                        .allMatch(field -> number(field).isPresent());
    }

    /** A uid or gid from 0 to 2147483647, which docker takes, in digits only. */
    private static OptionalInt number(String text) {
        try {
            boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
            return digits ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
