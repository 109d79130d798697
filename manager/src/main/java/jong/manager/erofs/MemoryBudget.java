package jong.manager.erofs;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the trees of layers may take: an entry is a block of the archive, and compresses
 * to nearly nothing. All layers that are read and not yet written share an account. What entries
 * replace is not given back before the tree is.
 */
final class MemoryBudget {

    /** Enough for about a million files. */
    private static final long MOST_BYTES = 256 << 20;

    /** An inode, its name in a directory, and the map's place for it. */
    private static final int FILE_BYTES = 200;

    /** A quarter of the heap: what a tree takes is estimated, and the process has other work. */
    private static final AtomicLong SHARED =
            new AtomicLong(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 4));

    /** For trees that nobody writes: of layers that turned out to be wrong. */
    private static final Cleaner CLEANER = Cleaner.create();

    private final Share share;

    /** What a tree has taken; apart from it, so that it can be given back when the tree is gone. */
    private record Share(AtomicLong account, AtomicLong taken) implements Runnable {

        @Override
        public void run() {
            account.addAndGet(taken.getAndSet(0));
        }
    }

    private MemoryBudget(AtomicLong account) {
        this.share = new Share(account, new AtomicLong());
    }

    /** For a tree with an account of its own. */
    MemoryBudget(long bytes) {
        this(new AtomicLong(bytes));
    }

    /** For one of this process's trees. */
    static MemoryBudget shared() {
        var budget = new MemoryBudget(SHARED);
        CLEANER.register(budget, budget.share);
        return budget;
    }

    /** What is left for all trees. */
    static long left() {
        return SHARED.get();
    }

    /** A file or a link, with a name and other data of that many bytes in memory. */
    void addFile(long dataBytes) throws UnmountableLayerException {
        add(FILE_BYTES + dataBytes);
    }

    /** Anything else that is kept. */
    void add(long bytes) throws UnmountableLayerException {
        share.taken.addAndGet(bytes);
        if (share.account.addAndGet(-bytes) < 0) {
            throw new UnmountableLayerException("it has too many files");
        }
    }

    /** Gives all back: the tree is not going to be used any more. */
    void release() {
        share.run();
    }
}
