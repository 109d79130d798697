package jong.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jong.linux.Errno;
import jong.linux.mounts.MountEntry;
import jong.linux.mounts.MountTable;

/** Why the kernel does not map the owners of a mount: it has few numbers for many reasons. */
final class IdMapFailure {

    private IdMapFailure() {}

    /**
     * Runc's words, and what the mount table says of the source.
     *
     * @param source on the host, still mounted as when the kernel refused
     * @param recursive whether what is mounted below was to be mapped too
     */
    static String text(Path source, boolean recursive, Errno errno) {
        String reason = reason(mounts(source, recursive), errno);
        return "failed to set MOUNT_ATTR_IDMAP on "
                + source
                + ": "
                + errno.text()
                + (reason.isEmpty() ? "" : " (" + reason + ")");
    }

    private static String reason(List<MountEntry> mounts, Errno errno) {
        if (errno == Errno.ENOSYS) {
            return "id-mapped mounts need Linux 5.12";
        }
        List<String> mapped =
                mounts.stream()
                        .filter(mount -> mount.options().contains("idmapped"))
                        .map(MountEntry::mountPoint)
                        .toList();
        if (errno == Errno.EPERM && !mapped.isEmpty()) {
            return "id-mapped already: " + String.join(", ", mapped);
        }
        if (errno != Errno.EINVAL || mounts.isEmpty()) {
            return "";
        }
        String types =
                mounts.stream()
                        .map(mount -> mount.type() + " on " + mount.mountPoint())
                        .collect(Collectors.joining(", "));
        return mounts.size() == 1
                ? "this kernel cannot map the ids of " + types
                : "this kernel cannot map the ids of one of " + types;
    }

    private static List<MountEntry> mounts(Path source, boolean recursive) {
        try {
            MountTable table = MountTable.read();
            Path path = source.toRealPath();
            Stream<MountEntry> below =
                    recursive ? table.under(path).reversed().stream() : Stream.empty();
            return Stream.concat(table.showing(path).stream(), below).distinct().toList();
        } catch (IOException e) {
            return List.of(); // The kernel's error is told all the same.
        }
    }
}
