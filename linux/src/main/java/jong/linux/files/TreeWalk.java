package jong.linux.files;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;

/**
 * Walks a tree of directories without recursion: a container makes trees that are deeper than any
 * stack, one directory at a time.
 *
 * <p>What is done with the files, and how many trees are walked side by side, the nodes decide:
 *
 * <pre>{@code
 * record Sized(Directory directory, DirectoryReader reader, LongAdder bytes)
 *         implements TreeWalk.Node {
 *     public List<String> more() throws IOException {
 *         return reader.next(directory).stream().map(DirectoryEntry::name).toList();
 *     }
 *     public Optional<Sized> visit(String name) throws IOException {
 *         bytes.add(directory.stat(name).size());
 *         return directory.stat(name).type() == FileType.DIRECTORY
 *                 ? Optional.of(new Sized(directory.openDirectory(name, CHILD), reader, bytes))
 *                 : Optional.empty();
 *     }
 *     public void close() {
 *         directory.close();
 *     }
 * }
 * }</pre>
 */
public final class TreeWalk {

    /** The deepest directory that a path can name: PATH_MAX, a letter and a slash for each. */
    public static final int DEEPEST = 2048;

    private TreeWalk() {}

    /** A directory that is being walked. */
    public interface Node extends AutoCloseable {

        /** Names in it that are to be visited next, in this order; none when all were told. */
        List<String> more() throws IOException;

        /**
         * Visits a name; what is in a directory comes before the next name.
         *
         * @return the directory of that name if it is to be walked; the walk closes it
         */
        Optional<? extends Node> visit(String name) throws IOException;

        /** All in it has been visited. */
        default void leave() throws IOException {}

        @Override
        void close();
    }

    /** A node, and the names still to be visited of those that it has told. */
    private static final class Level {

        private final Node node;
        private Iterator<String> names = Collections.emptyIterator();

        Level(Node node) {
            this.node = node;
        }
    }

    /**
     * Walks what is in a directory.
     *
     * @param top stays the caller's
     * @throws ErrnoException ENAMETOOLONG if a directory lies deeper than {@link #DEEPEST}
     */
    public static void walk(Node top) throws IOException {
        Deque<Level> levels = new ArrayDeque<>();
        try {
            levels.push(new Level(top));
            while (!levels.isEmpty()) {
                step(levels);
            }
        } finally {
            while (levels.size() > 1) { // The last one is the top.
                levels.pop().node.close();
            }
        }
    }

    private static void step(Deque<Level> levels) throws IOException {
        Level level = levels.element();
        if (!level.names.hasNext()) {
            level.names = level.node.more().iterator();
        }
        if (!level.names.hasNext()) {
            level.node.leave();
            levels.pop();
            if (!levels.isEmpty()) {
                level.node.close();
            }
            return;
        }
        String name = level.names.next();
        Optional<? extends Node> child = level.node.visit(name);
        if (child.isPresent()) {
            enter(name, child.get(), levels);
        }
    }

    private static void enter(String name, Node child, Deque<Level> levels) throws ErrnoException {
        if (levels.size() > DEEPEST) {
            child.close();
            throw new ErrnoException("openat", name, Errno.ENAMETOOLONG.number());
        }
        levels.push(new Level(child));
    }
}
