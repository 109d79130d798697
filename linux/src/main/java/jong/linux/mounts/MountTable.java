package jong.linux.mounts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The mounts that a process sees, in the order of its mountinfo: a mount stands after the one it
 * lies on.
 *
 * @param entries all mounts
 */
public record MountTable(List<MountEntry> entries) {
    /** Copies the list. */
    public MountTable {
        entries = List.copyOf(entries);
    }

    /** This process's mounts. */
    public static MountTable read() throws IOException {
        return parse(Files.readAllBytes(Path.of("/proc/self/mountinfo")));
    }

    /**
     * Reads the bytes of a mountinfo file.
     *
     * @throws IllegalArgumentException when they are not of that form
     */
    public static MountTable parse(byte[] mountinfo) {
        return new MountTable(
                new String(mountinfo, ISO_8859_1)
                        .lines()
                        .filter(line -> !line.isEmpty())
                        .map(MountEntry::parse)
                        .toList());
    }

    /** The topmost mount at exactly this path. */
    public Optional<MountEntry> at(Path path) {
        var text = path.toString();
        return entries.reversed().stream().filter(e -> e.mountPoint().equals(text)).findFirst();
    }

    /**
     * The mount that shows a file: the nearest above it, of several at one place the last.
     *
     * @param path absolute, without symlinks
     */
    public Optional<MountEntry> showing(Path path) {
        MountEntry nearest = null;
        int names = -1;
        for (MountEntry entry : entries) {
            Path place = Path.of("/").resolve(entry.mountPoint());
            if (path.startsWith(place) && place.getNameCount() >= names) {
                nearest = entry;
                names = place.getNameCount();
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** The mounts at or below a path, the topmost first: the order to unmount them in. */
    public List<MountEntry> under(Path path) {
        return entries.reversed().stream()
                .filter(e -> Path.of("/").resolve(e.mountPoint()).startsWith(path))
                .toList();
    }
}
