package jong.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Which owners the files of a mount have in the container ({@code mount_setattr(2)}, {@code
 * MOUNT_ATTR_IDMAP}); Jong's own member {@code IDMap} of {@code BindOptions} and {@code
 * VolumeOptions}, with the names that the OCI runtime specification has for {@code mounts}. Both
 * lists are empty for a mount that is not mapped, and neither for one that is.
 *
 * @param uids ranges of users, in no order
 * @param gids ranges of groups
 * @param recursive whether mounts below the source are mapped too
 */
public record IdMap(List<IdRange> uids, List<IdRange> gids, boolean recursive) {

    /** Owners as they are. */
    public static final IdMap NONE = new IdMap(List.of(), List.of(), false);

    /** The kernel's limit, {@code UID_GID_MAP_MAX_EXTENTS}. */
    private static final int MAX_RANGES = 340;

    /** The kernel takes a map in one write, and less than a page of it. */
    private static final int MAX_BYTES = 4095;

    private static final String FORM = "uids=FILE-CONTAINER-COUNT#…;gids=FILE-CONTAINER-COUNT#…";

    /**
     * Checks what the kernel would refuse without a reason.
     *
     * @throws InvalidArgument if ranges overlap, or are too many
     */
    public IdMap {
        uids = checked("uids", uids);
        gids = checked("gids", gids);
    }

    /**
     * Reads podman's text, {@code uids=1000-0-1#2000-1-10;gids=1000-0-1}: of each range the first
     * id of the files, the first one in the container, and how many. Users or groups that are not
     * given have the ranges of the other ones.
     *
     * @param text what follows {@code idmap=}; empty if nothing does
     * @throws InvalidArgument if it is no such text, or means a user namespace
     */
    public static IdMap parse(String text, boolean recursive) {
        requireRanges(!text.isEmpty());
        List<IdRange> uids = List.of();
        List<IdRange> gids = List.of();
        for (String part : text.split(";", -1)) {
            String key = part.substring(0, Math.min(part.length(), "uids=".length()));
            boolean again = key.equals("uids=") ? !uids.isEmpty() : !gids.isEmpty();
            if (!(key.equals("uids=") || key.equals("gids=")) || again) {
                throw new InvalidArgument(
                        "invalid part '" + part + "' of idmap '" + text + "': want " + FORM);
            }
            List<IdRange> ranges = ranges(part.substring(key.length()));
            uids = key.equals("uids=") ? ranges : uids;
            gids = key.equals("gids=") ? ranges : gids;
        }
        return of(uids, gids, recursive);
    }

    /**
     * Reads the API's object, {@code {"UIDMappings": [{"ContainerID": 1000, "HostID": 0, "Size":
     * 1}], "GIDMappings": …, "Recursive": false}}.
     *
     * @throws InvalidArgument if its numbers are wrong, or it has no ranges
     */
    public static IdMap of(JsonObject json) {
        List<IdRange> uids = json.objects("UIDMappings").stream().map(IdRange::of).toList();
        List<IdRange> gids = json.objects("GIDMappings").stream().map(IdRange::of).toList();
        requireRanges(!uids.isEmpty() || !gids.isEmpty());
        return of(uids, gids, json.flag("Recursive"));
    }

    private static IdMap of(List<IdRange> uids, List<IdRange> gids, boolean recursive) {
        return new IdMap(uids.isEmpty() ? gids : uids, gids.isEmpty() ? uids : gids, recursive);
    }

    private static void requireRanges(boolean given) {
        if (!given) {
            throw new InvalidArgument(
                    "idmap without ranges is the mapping of the container's user namespace, and"
                            + " there is none: want idmap="
                            + FORM);
        }
    }

    private static List<IdRange> ranges(String text) {
        List<IdRange> ranges = new ArrayList<>();
        for (String range : text.split("#", -1)) {
            ranges.add(IdRange.parse(range));
        }
        return ranges;
    }

    private static List<IdRange> checked(String kind, List<IdRange> ranges) {
        if (ranges.size() > MAX_RANGES) {
            throw new InvalidArgument(
                    "too many %s in idmap: %d ranges, the kernel takes %d"
                            .formatted(kind, ranges.size(), MAX_RANGES));
        }
        int bytes = ranges.stream().mapToInt(range -> range.line().length()).sum();
        if (bytes > MAX_BYTES) {
            throw new InvalidArgument(
                    "too many %s in idmap: %d bytes, the kernel takes %d"
                            .formatted(kind, bytes, MAX_BYTES));
        }
        checkOverlap(kind + " of the files", ranges, IdRange::file);
        checkOverlap(kind + " in the container", ranges, IdRange::container);
        return List.copyOf(ranges);
    }

    private static void checkOverlap(
            String what, List<IdRange> ranges, ToLongFunction<IdRange> first) {
        List<IdRange> sorted = ranges.stream().sorted(Comparator.comparingLong(first)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            IdRange one = sorted.get(i - 1);
            IdRange other = sorted.get(i);
            if (first.applyAsLong(one) + one.count() > first.applyAsLong(other)) {
                throw new InvalidArgument(
                        "%s overlap in idmap: %s and %s".formatted(what, one, other));
            }
        }
    }

    /** Whether owners are as they are. */
    public boolean isNone() {
        return uids.isEmpty();
    }

    /**
     * The id in the file system of a user that the container sees.
     *
     * @param uid unsigned, as all ids here
     * @return nothing if no range has it
     */
    public OptionalLong fileUid(long uid) {
        return file(uids, uid);
    }

    /** The same of a group. */
    public OptionalLong fileGid(long gid) {
        return file(gids, gid);
    }

    private static OptionalLong file(List<IdRange> ranges, long id) {
        return ranges.stream()
                .filter(range -> id >= range.container() && id - range.container() < range.count())
                .mapToLong(range -> range.file() + id - range.container())
                .findFirst();
    }

    /** The API's object; empty if nothing is mapped. */
    public JsonObject json() {
        var json = new JsonObject();
        if (!isNone()) {
            json.with("UIDMappings", uids.stream().map(IdRange::json).toList());
            json.with("GIDMappings", gids.stream().map(IdRange::json).toList());
            json.withUnlessEmpty("Recursive", recursive);
        }
        return json;
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return "uids=" + text(uids) + ";gids=" + text(gids);
    }

    private static String text(List<IdRange> ranges) {
        return ranges.stream().map(IdRange::toString).collect(Collectors.joining("#"));
    }
}
