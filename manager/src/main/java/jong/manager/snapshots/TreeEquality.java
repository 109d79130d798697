package jong.manager.snapshots;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
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
import jong.linux.files.TreeWalk;

/**
 * Compares two directory trees: names, kinds, owners, permissions, contents; neither times nor
 * extended attributes.
 */
final class TreeEquality {

    private static final int BUFFER_BYTES = 128 * 1024;
    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();
    private static final OpenHow FILE = OpenHow.reading().withoutFollowing();

    private Optional<String> difference = Optional.empty();

    private TreeEquality() {}

    /** The first difference that was found, as a sentence about {@code actual}. */
    static Optional<String> difference(Path wanted, Path actual) throws IOException {
        var comparison = new TreeEquality();
        try (var left = Side.of(Directory.open(wanted));
                var right = Side.of(Directory.open(actual))) {
            TreeWalk.walk(comparison.new Level("", left, right));
        }
        return comparison.difference;
    }

    /** A directory of one of the trees, and its names. */
    private record Side(Directory directory, DirectoryListing listing) implements AutoCloseable {

        /** The directory is closed with the result, or with a failure. */
        static Side of(Directory directory) throws IOException {
            try {
                return new Side(directory, directory.listing());
            } catch (IOException e) {
                directory.close();
                throw e;
            }
        }

        Set<String> names() {
            return listing.entries().stream().map(DirectoryEntry::name).collect(Collectors.toSet());
        }

        @Override
        public void close() {
            listing.close();
            directory.close();
        }
    }

    /** Two directories of one path; once a difference was found, nothing more is looked at. */
    private final class Level implements TreeWalk.Node {

        private final String path;
        private final Side wanted;
        private final Side actual;
        private final Set<String> left;
        private final Set<String> right;
        private boolean told;

        Level(String path, Side wanted, Side actual) {
            this.path = path;
            this.wanted = wanted;
            this.actual = actual;
            this.left = wanted.names();
            this.right = actual.names();
        }

        @Override
        public List<String> more() {
            if (told) {
                return List.of();
            }
            told = true;
            var all = new TreeSet<>(left);
            all.addAll(right);
            return List.copyOf(all);
        }

        @Override
        public Optional<Level> visit(String name) throws IOException {
            if (difference.isPresent()) {
                return Optional.empty();
            }
            String child = path + "/" + name;
            if (!right.contains(name)) {
                difference = Optional.of(child + " is missing");
            } else if (!left.contains(name)) {
                difference = Optional.of(child + " does not belong there");
            } else {
                Stat stat = wanted.directory().stat(name);
                difference = difference(child, name, stat);
                if (difference.isEmpty() && stat.type() == FileType.DIRECTORY) {
                    return Optional.of(open(child, name));
                }
            }
            return Optional.empty();
        }

        private Optional<String> difference(String child, String name, Stat stat)
                throws IOException {
            Stat other = actual.directory().stat(name);
            if (stat.type() != other.type()) {
                return Optional.of(child + " is of another kind");
            }
            boolean same =
                    stat.uid() == other.uid()
                            && stat.gid() == other.gid()
                            && stat.permissions() == other.permissions()
                            && stat.specialDevice() == other.specialDevice();
            if (!same) {
                return Optional.of(child + " has another owner or mode");
            }
            return stat.type() == FileType.DIRECTORY
                            || sameContent(
                                    stat, other, name, wanted.directory(), actual.directory())
                    ? Optional.empty()
                    : Optional.of(child + " has another content");
        }

        private Level open(String child, String name) throws IOException {
            Side first = Side.of(wanted.directory().openDirectory(name, CHILD));
            try {
                return new Level(
                        child, first, Side.of(actual.directory().openDirectory(name, CHILD)));
            } catch (IOException e) {
                first.close();
                throw e;
            }
        }

        @Override
        public void close() {
            wanted.close();
            actual.close();
        }
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
}
