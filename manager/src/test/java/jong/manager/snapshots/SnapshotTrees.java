package jong.manager.snapshots;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.linux.files.Device;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.mounts.MountTable;
import jong.linux.mounts.Mounts;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;

/** Trees and archives that tests make, and what they look like. */
final class SnapshotTrees {

    private static final OpenHow NAME = OpenHow.path().withoutFollowing();
    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();

    private SnapshotTrees() {}

    /** Files {@code path=content} as a layer's archive, without entries for directories. */
    static InputStream archive(String... files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarWriter(bytes)) {
            for (String file : files) {
                int equals = file.indexOf('=');
                byte[] content = file.substring(equals + 1).getBytes(StandardCharsets.UTF_8);
                tar.write(
                        TarEntry.file(file.substring(0, equals), content.length, 0),
                        new ByteArrayInputStream(content));
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    /** All files but directories as {@code path=content}, sorted. */
    static List<String> files(Path root) throws IOException {
        List<String> found = new ArrayList<>();
        try (var all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                found.add(root.relativize(file) + "=" + Files.readString(file));
            }
        }
        return found;
    }

    /** One file of each kind that there is, with all that a file can have. */
    static void variety(Path root) throws IOException {
        Files.createDirectories(root.resolve("deep/er"));
        try (var directory = Directory.open(root);
                var deep = directory.openDirectory("deep", CHILD)) {
            write(directory, "plain", "content");
            directory.changeOwner("plain", 1000, 100);
            directory.changeMode("plain", 06751);
            directory.setAttribute("plain", "user.mark", new byte[] {1, 2, 3});
            directory.setAttribute(
                    "plain",
                    "security.capability",
                    HexFormat.of().parseHex("0100000200040000000000000000000000000000"));
            deep.makeLink("hardlink", directory, "plain");
            directory.setTimes("plain", 5_000_000_000L, 1_234_567_890_123_456_789L);
            try (Fd sparse = directory.create("sparse", 0644)) {
                sparse.truncate(64L << 20);
                sparse.writeAt(java.nio.ByteBuffer.wrap(new byte[] {7}), 32L << 20);
            }
            directory.makeSymlink("link", "../plain/nowhere");
            directory.changeOwner("link", 7, 8);
            directory.setTimes("link", 1_000_000_000L, 2_000_000_001L);
            directory.makeNode("fifo", FileType.FIFO, 0640, 0);
            directory.makeNode("null", FileType.CHARACTER_DEVICE, 0666, Device.of(1, 3));
            directory.changeMode("null", 0606);
            directory.makeNode("socket", FileType.SOCKET, 0700, 0);
            deep.fd().attributes().set("user.dir", "x".getBytes(StandardCharsets.UTF_8));
            deep.changeMode("er", 01777);
            deep.setTimes("er", 1_000_000_000L, 3_000_000_003L);
            directory.setTimes("deep", 1_000_000_000L, 4_000_000_004L);
        }
    }

    /** Everything that can be seen of a tree but its root's times, access times and inodes. */
    static String listing(Path root) throws IOException {
        var lines = new StringBuilder();
        try (var directory = Directory.open(root)) {
            list("", directory, lines, new TreeMap<>());
        }
        return lines.toString();
    }

    private static void list(
            String path, Directory directory, StringBuilder lines, Map<Long, String> inodes)
            throws IOException {
        var names = directory.list().stream().map(entry -> entry.name()).sorted().toList();
        for (String name : names) {
            var stat = directory.stat(name);
            String own = path + "/" + name;
            lines.append(own).append(' ').append(Integer.toOctalString(stat.mode()));
            lines.append(" %d:%d ".formatted(stat.uid(), stat.gid()));
            lines.append("t%d ".formatted(stat.modificationTimeNanos()));
            if (stat.type() == FileType.CHARACTER_DEVICE) {
                lines.append(
                        "c %d:%d"
                                .formatted(
                                        Device.major(stat.specialDevice()),
                                        Device.minor(stat.specialDevice())));
            }
            if (stat.type() != FileType.DIRECTORY) {
                lines.append(stat.size()).append(" is ");
                lines.append(stat.links() == 1 ? "" : inodes.merge(stat.inode(), own, (a, _) -> a));
            }
            try (Fd file = directory.open(name, NAME)) {
                for (String attribute : file.attributes().names()) {
                    byte[] value = file.attributes().get(attribute).orElseThrow();
                    lines.append(" ").append(attribute).append('=');
                    lines.append(HexFormat.of().formatHex(value));
                }
                if (stat.type() == FileType.SYMLINK) {
                    lines.append(" -> ").append(file.readSymlink());
                }
            }
            lines.append('\n');
            if (stat.type() == FileType.DIRECTORY) {
                try (var child = directory.openDirectory(name, CHILD)) {
                    list(own, child, lines, inodes);
                }
            }
        }
    }

    /** Removes all snapshots, those first that stand on others. */
    static void removeAll(Snapshotter snapshotter) throws IOException {
        List<SnapshotInfo> left = snapshotter.walk();
        while (!left.isEmpty()) {
            for (SnapshotInfo info : left) {
                boolean parent =
                        left.stream().anyMatch(other -> other.parent().equals(info.name()));
                if (!parent) {
                    snapshotter.remove(info.name());
                }
            }
            left = snapshotter.walk();
        }
    }

    /** Unmounts what is mounted in a directory. */
    static void unmount(Path directory) throws IOException {
        for (var mount : MountTable.read().under(directory)) {
            Mounts.detach(Path.of(mount.mountPoint()));
        }
    }

    private static void write(Directory directory, String name, String text) throws IOException {
        try (Fd file = directory.create(name, 0644)) {
            file.writeFully(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
