package jong.manager.erofs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.oci.Digest;

/** All that can be seen of a tree, as lines; names may have any bytes. */
final class TreeText {

    /** Later times are of the day of the test: nobody set them. */
    private static final long SAID_NANOS = 1_700_000_000_000_000_000L;

    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> seen = new HashMap<>();

    private TreeText() {}

    static List<String> of(Path root) throws IOException {
        var text = new TreeText();
        try (var directory = Directory.open(root)) {
            text.describe("", directory.fd(), directory.fd().stat());
            text.walk("", directory);
        }
        return text.lines;
    }

    private void walk(String prefix, Directory directory) throws IOException {
        List<DirectoryEntry> entries = new ArrayList<>(directory.list());
        entries.sort((a, b) -> a.name().compareTo(b.name()));
        for (DirectoryEntry entry : entries) {
            String path = prefix + entry.name();
            Optional<Stat> found = directory.statIfExists(entry.name());
            if (found.isEmpty()) {
                // A whiteout in a directory that is in one layer only is listed by overlayfs.
                lines.add(path + " missing");
                continue;
            }
            Stat stat = found.get();
            if (stat.type() != entry.type()) {
                lines.add(path + " is listed as " + entry.type());
            }
            try (Fd file = directory.open(entry.name(), OpenHow.path().withoutFollowing())) {
                describe(path, file, stat);
            }
            if (stat.type() == FileType.DIRECTORY) {
                try (Directory child = directory.openDirectory(entry.name(), OpenHow.directory())) {
                    walk(path + "/", child);
                }
            }
        }
    }

    private void describe(String path, Fd file, Stat stat) throws IOException {
        if (stat.type() == FileType.CHARACTER_DEVICE && stat.specialDevice() == 0) {
            lines.add(path + " whiteout");
            return;
        }
        long time = stat.modificationTimeNanos();
        var line = new StringBuilder(path);
        line.append(
                " %o %d:%d links=%d dev=%x"
                        .formatted(
                                stat.mode(),
                                stat.uid(),
                                stat.gid(),
                                stat.links(),
                                stat.specialDevice()));
        line.append(" time=").append(time > SAID_NANOS ? 0 : time);
        if (stat.links() > 1 && stat.type() != FileType.DIRECTORY) {
            line.append(" same as ")
                    .append(seen.computeIfAbsent(stat.device() + ":" + stat.inode(), _ -> path));
        }
        for (String name : file.attributes().names().stream().sorted().toList()) {
            byte[] value = file.attributes().get(name).orElseThrow();
            line.append(' ').append(name).append('=').append(HexFormat.of().formatHex(value));
        }
        switch (stat.type()) {
            case SYMLINK -> line.append(" -> ").append(file.readSymlink());
            case REGULAR -> line.append(' ').append(stat.size()).append(' ').append(hash(file));
            default -> {}
        }
        lines.add(line.toString());
    }

    private static String hash(Fd file) throws IOException {
        var hash = Digest.newSha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(Path.of(file.procPath()))) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(hash.digest());
    }
}
