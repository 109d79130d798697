package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import jong.linux.files.Directory;
import jong.linux.files.FileType;

/**
 * The file system that snapshots lie on.
 *
 * @param name as docker calls it
 * @param directoryTypes whether directories tell the type of what is in them, which overlayfs needs
 */
record BackingFileSystem(String name, boolean directoryTypes) {

    /** linux/magic.h, and docker's names for them. */
    private static final Map<Long, String> NAMES =
            Map.ofEntries(
                    Map.entry(0xEF53L, "extfs"),
                    Map.entry(0x58465342L, "xfs"),
                    Map.entry(0x9123683EL, "btrfs"),
                    Map.entry(0x01021994L, "tmpfs"),
                    Map.entry(0x794C7630L, "overlayfs"),
                    Map.entry(0x2FC12FC1L, "zfs"),
                    Map.entry(0xF2F52010L, "f2fs"),
                    Map.entry(0x65735546L, "fuse"),
                    Map.entry(0x6969L, "nfs"),
                    Map.entry(0xE0F5E1E2L, "erofs"));

    /** What lies below a directory that has entries or can get one. */
    static BackingFileSystem of(Path place) throws IOException {
        try (var directory = Directory.open(place)) {
            long type = directory.fd().fileSystem().type() & 0xFFFFFFFFL;
            boolean types = directory.list().stream().noneMatch(e -> e.type() == FileType.UNKNOWN);
            return new BackingFileSystem(NAMES.getOrDefault(type, "<unknown>"), types);
        }
    }

    /** In the words that dockerd's overlay2 has in {@code docker info}. */
    Map<String, String> overlayStatus() {
        Map<String, String> status = new LinkedHashMap<>();
        status.put("Backing Filesystem", name);
        status.put("Supports d_type", Boolean.toString(directoryTypes));
        status.put("Using metacopy", "false");
        status.put("Native Overlay Diff", "true");
        status.put("userxattr", "false");
        return status;
    }
}
