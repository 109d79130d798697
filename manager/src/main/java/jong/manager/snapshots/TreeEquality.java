package jong.manager.snapshots;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.DirectoryListing;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;

/**
 * Compares two directory trees: names, kinds, owners, permissions, contents; neither times nor
 * extended attributes.
 */
final class TreeEquality {

    private static final int BUFFER_BYTES = 128 * 1024;
    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();
    private static final OpenHow FILE = OpenHow.reading().withoutFollowing();

    private TreeEquality() {}

    /** The first difference that was found, as a sentence about {@code actual}. */
    static Optional<String> difference(Path wanted, Path actual) throws IOException {
        try (var left = Directory.open(wanted);
                var right = Directory.open(actual)) {
            return difference("", left, right);
        }
    }

    private static Optional<String> difference(String path, Directory wanted, Directory actual)
            throws IOException {
        try (var left = wanted.listing();
                var right = actual.listing()) {
            return difference(path, names(left), names(right), wanted, actual);
        }
    }

    private static Optional<String> difference(
            String path, Set<String> left, Set<String> right, Directory wanted, Directory actual)
            throws IOException {
        var all = new TreeSet<>(left);
        all.addAll(right);
        for (String name : all) {
            String child = path + "/" + name;
            if (!right.contains(name)) {
                return Optional.of(child + " is missing");
            }
            if (!left.contains(name)) {
                return Optional.of(child + " does not belong there");
            }
            Optional<String> difference = difference(child, name, wanted, actual);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> difference(
            String path, String name, Directory wanted, Directory actual) throws IOException {
        Stat left = wanted.stat(name);
        Stat right = actual.stat(name);
        if (left.type() != right.type()) {
            return Optional.of(path + " is of another kind");
        }
        boolean same =
                left.uid() == right.uid()
                        && left.gid() == right.gid()
                        && left.permissions() == right.permissions()
                        && left.specialDevice() == right.specialDevice();
        if (!same) {
            return Optional.of(path + " has another owner or mode");
        }
        if (left.type() == FileType.DIRECTORY) {
            try (var first = wanted.openDirectory(name, CHILD);
                    var second = actual.openDirectory(name, CHILD)) {
                return difference(path, first, second);
            }
        }
        return sameContent(left, right, name, wanted, actual)
                ? Optional.empty()
                : Optional.of(path + " has another content");
    }

    private static boolean sameContent(
            Stat left, Stat right, String name, Directory wanted, Directory actual)
            throws IOException {
        if (left.size() != right.size()) {
            return false;
        }
        if (left.type() == FileType.SYMLINK) {
            return wanted.readSymlink(name).equals(actual.readSymlink(name));
        }
        if (left.type() != FileType.REGULAR) {
            return true;
        }
        try (Fd first = wanted.open(name, FILE);
                Fd second = actual.open(name, FILE)) {
            return sameBytes(first, second);
        }
    }

    private static boolean sameBytes(Fd first, Fd second) throws IOException {
        var left = ByteBuffer.allocate(BUFFER_BYTES);
        var right = ByteBuffer.allocate(BUFFER_BYTES);
        while (true) {
            fill(first, left.clear());
            fill(second, right.clear());
            if (!left.flip().equals(right.flip())) {
                return false;
            }
            if (!left.hasRemaining()) {
                return true;
            }
        }
    }

    private static void fill(Fd file, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining() && file.read(buffer) > 0) {
            // The buffer is full or the file at its end.
        }
    }

    private static Set<String> names(DirectoryListing listing) {
        return listing.entries().stream().map(DirectoryEntry::name).collect(Collectors.toSet());
    }
}
