package jong.linux.files;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import org.jspecify.annotations.Nullable;

/**
 * Removes a tree by descriptors, so that a name that is swapped for a symlink meanwhile cannot lead
 * the removal elsewhere.
 *
 * <p>A tree of any depth: what lies deeper than {@link #DEEPEST} is moved up to the tree's top and
 * removed in the next round, because the number of open files is not without limit. And of any
 * width: names are read some at a time, and the rest when the directories among them are gone.
 *
 * <p>A large tree is removed by several threads. File systems wait for the disk at some removals,
 * ext4 that is mounted with {@code discard} at each directory: then it waits for several at once.
 */
final class TreeRemoval {

    private static final int DEEPEST = 64;
    private static final int THREADS = 4;

    /** After so many names, further threads are worth their start. */
    private static final int SMALL = 500;

    private static final OpenHow CHILD =
            OpenHow.directory().withoutFollowing().onOneMount().beneath();

    private final Node top;
    private final List<Thread> helpers = new ArrayList<>();

    /** Guards the fields below, the list above, and what nodes count. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    /** What nobody works at yet. The last comes first: depth first, so that there is never much. */
    private final Deque<Task> waiting = new ArrayDeque<>();

    private final Set<Node> open = new HashSet<>();
    private int names;
    private int moved;
    private boolean ended;
    private @Nullable Throwable failure;

    private sealed interface Task {}

    /** A directory in an open one. */
    private record Found(Node parent, String name) implements Task {}

    /** The names of a directory that were not read yet. */
    private record Rest(Node node) implements Task {}

    /** An open directory. */
    private static final class Node {

        private final @Nullable Node parent;
        private final String name;
        private final Directory directory;
        private final int depth;

        /** Directories in it that are known, and one more until all its names are. */
        private int unfinished = 1;

        Node(@Nullable Node parent, String name, Directory directory) {
            this.parent = parent;
            this.name = name;
            this.directory = directory;
            this.depth = parent == null ? 0 : parent.depth + 1;
        }
    }

    private TreeRemoval(Directory top) {
        this.top = new Node(null, "", top);
    }

    static void remove(Directory parent, String name) throws ErrnoException {
        if (isGone(parent, name)) {
            return;
        }
        try (var top = parent.openDirectory(name, CHILD)) {
            boolean again;
            do {
                again = new TreeRemoval(top).run();
            } while (again);
        }
        parent.removeDirectory(name);
    }

    /** Removes the name, unless it is a directory. */
    private static boolean isGone(Directory parent, String name) throws ErrnoException {
        try {
            parent.unlink(name);
            return true;
        } catch (ErrnoException e) {
            return switch (e.errno()) {
                case ENOENT -> true;
                case EISDIR -> false;
                default -> throw e;
            };
        }
    }

    /** Removes what is in the tree; false if there was nothing. */
    private boolean run() throws ErrnoException {
        DirectoryReader.rewind(top.directory.fd());
        waiting.push(new Rest(top));
        work();
        helpers.forEach(TreeRemoval::join);
        open.forEach(node -> node.directory.close());
        return switch (failure) {
            case null -> names > 0;
            case ErrnoException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        };
    }

    private void work() {
        try (var reader = new DirectoryReader()) {
            for (Task next = next(); next != null; next = next()) {
                switch (next) {
                    case Found found -> empty(open(found), reader);
                    case Rest rest -> empty(rest.node, reader);
                }
            }
        } catch (ErrnoException | RuntimeException | Error e) {
            fail(e); // The others would wait for ever for what this thread has left undone.
        }
    }

    /** The next task, which one that is being done may still bring; null if all are done. */
    private @Nullable Task next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !ended) {
                changed.awaitUninterruptibly();
            }
            return ended ? null : waiting.pop();
        } finally {
            lock.unlock();
        }
    }

    private Node open(Found found) throws ErrnoException {
        var node =
                new Node(
                        found.parent,
                        found.name,
                        found.parent.directory.openDirectory(found.name, CHILD));
        lock.lock();
        try {
            open.add(node);
        } finally {
            lock.unlock();
        }
        return node;
    }

    /** Removes files until there are directories among them, which somebody is to empty first. */
    private void empty(Node node, DirectoryReader reader) throws ErrnoException {
        List<Found> directories;
        do {
            List<DirectoryEntry> some = reader.next(node.directory);
            if (some.isEmpty()) {
                finish(node);
                return;
            }
            count(some.size());
            directories = removeFiles(node, some);
        } while (directories.isEmpty());
        leave(node, directories);
    }

    /** Returns the directories among the names. */
    private List<Found> removeFiles(Node node, List<DirectoryEntry> names) throws ErrnoException {
        var directories = new ArrayList<Found>();
        for (DirectoryEntry entry : names) {
            // Not all file systems tell types in listings.
            if (entry.type() == FileType.DIRECTORY || !isGone(node.directory, entry.name())) {
                if (node.depth < DEEPEST) {
                    directories.add(new Found(node, entry.name()));
                } else {
                    moveUp(node.directory, entry.name());
                }
            }
        }
        return directories;
    }

    private void count(int more) {
        lock.lock();
        try {
            names += more;
            if (names > SMALL && helpers.isEmpty()) {
                for (int i = 1; i < THREADS; i++) {
                    helpers.add(
                            Thread.ofPlatform().daemon().name("removal-" + i).start(this::work));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void leave(Node node, List<Found> directories) {
        lock.lock();
        try {
            node.unfinished += directories.size();
            waiting.push(new Rest(node));
            directories.forEach(waiting::push);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Removes a directory when nothing is in it any more, and then perhaps the one above. */
    private void finish(Node node) throws ErrnoException {
        Node next = node;
        while (next != null && isFinished(next)) {
            if (next.parent != null) {
                next.directory.close();
                next.parent.directory.removeDirectory(next.name);
            }
            next = next.parent;
        }
    }

    private boolean isFinished(Node node) {
        lock.lock();
        try {
            node.unfinished--;
            if (node.unfinished > 0) {
                return false;
            }
            open.remove(node);
            if (node.equals(top)) {
                end();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable e) {
        lock.lock();
        try {
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
            end();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        ended = true;
        changed.signalAll();
    }

    private void moveUp(Directory parent, String name) throws ErrnoException {
        while (true) {
            try {
                parent.renameWithoutReplacing(name, top.directory, freeName());
                return;
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EEXIST) {
                    throw e;
                }
            }
        }
    }

    private String freeName() {
        lock.lock();
        try {
            return ".removing-" + moved++;
        } finally {
            lock.unlock();
        }
    }

    /** A helper ends as soon as the removal has ended: an interrupt cannot shorten that. */
    private static void join(Thread helper) {
        boolean interrupted = false;
        while (helper.isAlive()) {
            try {
                helper.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
