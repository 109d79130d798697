package jong.linux.files;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import jong.linux.Errno;
import jong.linux.ErrnoException;

/**
 * All names of a directory, held in memory until this is closed: for who needs them sorted. All
 * listings of the process together may take {@link #MOST_BYTES}, because the trees are foreign and
 * have as many names as they please; who needs no order takes a {@link DirectoryReader}.
 */
public final class DirectoryListing implements AutoCloseable {

    /** 200,000 usual names; in a small heap an eighth of what it may grow to. */
    static final long MOST_BYTES = Math.min(32 << 20, Runtime.getRuntime().maxMemory() / 8);

    /** An entry, its name's string and its place in a list. */
    private static final int ENTRY_BYTES = 120;

    private static final AtomicLong HELD = new AtomicLong();

    private final List<DirectoryEntry> entries = new ArrayList<>();
    private long bytes;

    private DirectoryListing() {}

    /**
     * Lists an open directory from its start.
     *
     * @throws ErrnoException ENOMEM if it has too many names
     */
    static DirectoryListing of(Fd directory) throws ErrnoException {
        var listing = new DirectoryListing();
        try (var reader = new DirectoryReader()) {
            DirectoryReader.rewind(directory);
            for (var some = reader.next(directory);
                    !some.isEmpty();
                    some = reader.next(directory)) {
                listing.add(some, directory);
            }
            return listing;
        } catch (ErrnoException | RuntimeException | Error e) {
            listing.close();
            throw e;
        }
    }

    /** In the file system's order, without "." and "..". */
    public List<DirectoryEntry> entries() {
        return Collections.unmodifiableList(entries);
    }

    @Override
    public void close() {
        HELD.addAndGet(-bytes);
        bytes = 0;
    }

    private void add(List<DirectoryEntry> some, Fd directory) throws ErrnoException {
        long more = 0;
        for (DirectoryEntry entry : some) {
            more += ENTRY_BYTES + 2L * entry.name().length();
        }
        bytes += more;
        if (HELD.addAndGet(more) > MOST_BYTES) {
            throw new ErrnoException(
                    "getdents64",
                    directory.toString(),
                    Errno.ENOMEM.number(),
                    "too many files to hold their names in memory, more than "
                            + entries.size()
                            + " in this directory");
        }
        entries.addAll(some);
    }
}
