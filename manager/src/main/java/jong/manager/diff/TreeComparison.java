package jong.manager.diff;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.Stat;
import jong.linux.files.TreeWalk;
import jong.manager.diff.Change.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Walks a tree beside the one that it stands on, by dockerd's rules of what a change is ({@code
 * archive.ChangesDirs}): another mode, owner, device number or capability, or of a file that is no
 * directory another size or time of modification. Contents are not compared: whoever puts the time
 * back hides a change of the same size from it.
 *
 * <p>Parents come before what is in them; in each directory what was deleted comes first, then the
 * rest by name. A file that vanishes meanwhile is passed over. What the engine itself made in the
 * tree ({@link MountStubs}) is passed over while it is as it was made.
 */
final class TreeComparison {

    private static final String CAPABILITY = "security.capability";
    private static final int MAX_PATH = 4096;
    private static final long NANOS = 1_000_000_000L;

    /** What the comparison is for. */
    enum Purpose {
        /** A list for the user. */
        CHANGES,

        /**
         * A layer: what overlayfs copied up is told even if it looks unchanged, and what is deleted
         * by an opaque directory is told once, as {@link Listener#opaque}.
         */
        LAYER
    }

    /** Hears of the differences. Paths are relative to the root. */
    interface Listener {

        /** A file was added or is another. */
        void present(Kind kind, ComparedDirectory parent, String name) throws IOException;

        /** A file of the lower tree is gone. */
        void deleted(String path) throws IOException;

        /** Nothing of a directory of the lower tree shows any more; told after the directory. */
        void opaque(String path) throws IOException;
    }

    /** A directory on the way that is told only if there is something to tell in it. */
    private record Untold(Kind kind, ComparedDirectory parent, String name) {}

    private final Purpose purpose;
    private final Listener listener;
    private final Deque<Untold> untold = new ArrayDeque<>();

    TreeComparison(Purpose purpose, Listener listener) {
        this.purpose = purpose;
        this.listener = listener;
    }

    /** Walks what is in a directory, which stays the caller's. */
    void walk(ComparedDirectory directory) throws IOException {
        TreeWalk.walk(new Level(directory, null));
    }

    /** A directory on the way; the top has nothing to be told of. */
    private final class Level implements TreeWalk.Node {

        private final ComparedDirectory directory;
        private final @Nullable Untold own;
        private boolean told;

        Level(ComparedDirectory directory, @Nullable Untold own) {
            this.directory = directory;
            this.own = own;
        }

        @Override
        public List<String> more() throws IOException {
            if (told) {
                return List.of();
            }
            told = true;
            for (String name : directory.deletedNames()) {
                tellParents();
                listener.deleted(directory.path(name));
            }
            return directory.names();
        }

        @Override
        public Optional<Level> visit(String name) throws IOException {
            try {
                return compare(directory, name);
            } catch (ErrnoException e) {
                boolean vanished =
                        e.errno() == Errno.ENOENT && directory.upper().statIfExists(name).isEmpty();
                if (!vanished) {
                    throw e;
                }
                return Optional.empty();
            }
        }

        @Override
        public void leave() {
            if (own != null) {
                untold.removeLastOccurrence(own);
            }
        }

        @Override
        public void close() {
            directory.close();
        }
    }

    /** The directory to walk in, if it is one. */
    private Optional<Level> compare(ComparedDirectory directory, String name) throws IOException {
        String path = directory.path(name);
        if (path.length() > MAX_PATH) {
            throw new IOException("path of more than " + MAX_PATH + " characters in snapshot");
        }
        Stat stat = directory.upper().stat(name);
        @Nullable Stat below = directory.lowerStat(name);
        @Nullable Kind kind = kind(directory, name, stat, below);
        if (stat.type() == FileType.DIRECTORY) {
            boolean stub = MountStubs.isDirectory(path);
            boolean unchanged = kind == null && (stub || !tellsCopies(directory));
            var own = new Untold(kind == null ? Kind.MODIFY : kind, directory, name);
            return Optional.of(descend(own, unchanged || (below == null && stub)));
        }
        if (below == null && MountStubs.isUntouched(path, stat, directory.upper(), name)) {
            return Optional.empty();
        }
        if (kind != null || tellsCopies(directory)) {
            tellParents();
            listener.present(kind == null ? Kind.MODIFY : kind, directory, name);
        }
        return Optional.empty();
    }

    /** Tells a directory, or leaves it until something in it is told. */
    private Level descend(Untold own, boolean later) throws IOException {
        ComparedDirectory child = own.parent().child(own.name());
        try {
            untold.addLast(own);
            boolean opaque = purpose == Purpose.LAYER && child.hidesLower();
            if (!later || opaque) {
                tellParents();
            }
            if (opaque) {
                listener.opaque(child.path());
                child.forgetLower();
            }
            return new Level(child, own);
        } catch (IOException | RuntimeException e) {
            child.close();
            untold.removeLastOccurrence(own);
            throw e;
        }
    }

    private void tellParents() throws IOException {
        for (Untold next = untold.pollFirst(); next != null; next = untold.pollFirst()) {
            listener.present(next.kind(), next.parent(), next.name());
        }
    }

    private boolean tellsCopies(ComparedDirectory directory) {
        return purpose == Purpose.LAYER && directory.isOverlay();
    }

    /** Null if it is as it is below. */
    private static @Nullable Kind kind(
            ComparedDirectory directory, String name, Stat stat, @Nullable Stat below)
            throws IOException {
        if (below == null) {
            // dockerd has an untouched one below.
            return MountStubs.contains(directory.path(name)) ? Kind.MODIFY : Kind.ADD;
        }
        boolean same = isSame(stat, below) && sameCapability(directory, name, stat);
        return same ? null : Kind.MODIFY;
    }

    private static boolean isSame(Stat stat, Stat below) {
        return stat.mode() == below.mode()
                && stat.uid() == below.uid()
                && stat.gid() == below.gid()
                && stat.specialDevice() == below.specialDevice()
                && (stat.type() == FileType.DIRECTORY
                        || (stat.size() == below.size() && isSameTime(stat, below)));
    }

    /** Times that went through an archive have lost their fractions. */
    private static boolean isSameTime(Stat stat, Stat below) {
        long a = stat.modificationTimeNanos();
        long b = below.modificationTimeNanos();
        return a == b
                || (Math.floorDiv(a, NANOS) == Math.floorDiv(b, NANOS)
                        && (a % NANOS == 0 || b % NANOS == 0));
    }

    private static boolean sameCapability(ComparedDirectory directory, String name, Stat stat)
            throws IOException {
        if (stat.type() != FileType.REGULAR) {
            return true;
        }
        try (Fd upper = directory.openUpper(name);
                Fd lower = directory.openLower(name)) {
            return Arrays.equals(
                    upper.attributes().get(CAPABILITY).orElse(null),
                    lower.attributes().get(CAPABILITY).orElse(null));
        }
    }
}
