package jong.manager.gc;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Looks at a file system once a minute, and takes steps to make room while it is fuller than a
 * threshold. Also has leases that expired collected, which nothing else would see.
 */
public final class DiskWatch implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(DiskWatch.class.getName());
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Gauge gauge;
    private final int threshold;
    private final List<Step> steps;
    private final Thread thread;

    /** Tells how full something is. */
    @FunctionalInterface
    public interface Gauge {

        /** Percent of the space that are in use, as {@code df} tells them: 0 to 100. */
        int percent() throws IOException;

        /** The file system of a directory. */
        static Gauge of(Path directory) {
            return () -> {
                FileStore store = Files.getFileStore(directory);
                long used = store.getTotalSpace() - store.getUnallocatedSpace();
                long all = used + store.getUsableSpace(); // Less what is reserved for root.
                return all == 0 ? 0 : (int) Math.ceilDiv(used * 100, all);
            };
        }
    }

    /** A way to make room. */
    @FunctionalInterface
    public interface Step {

        /**
         * Makes some room.
         *
         * @return what was removed, for the log; empty if there is nothing to remove this way
         */
        String makeRoom() throws IOException;
    }

    /**
     * Starts watching.
     *
     * @param threshold how full it may be, in percent; 0 for never mind
     * @param steps the harmless ones first; each is taken until it has nothing more to remove
     * @param housekeeping done each time, however full it is
     */
    public DiskWatch(Gauge gauge, int threshold, List<Step> steps, Step housekeeping) {
        this.gauge = gauge;
        this.threshold = threshold;
        this.steps = List.copyOf(steps);
        this.thread = Thread.ofVirtual().name("disk watch").start(() -> watch(housekeeping));
    }

    /** Looks once; what {@code watch} does each minute. */
    static void look(Gauge gauge, int threshold, List<Step> steps) throws IOException {
        for (Step step : steps) {
            while (true) {
                int before = gauge.percent();
                if (threshold == 0 || before <= threshold) {
                    return;
                }
                String removed = step.makeRoom();
                if (removed.isEmpty()) {
                    break;
                }
                LOG.log(
                        Level.INFO,
                        "the disk was "
                                + before
                                + "% full, above the threshold of "
                                + threshold
                                + "%: removed "
                                + removed
                                + ", now "
                                + gauge.percent()
                                + "%");
            }
        }
    }

    private void watch(Step housekeeping) {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                try {
                    housekeeping.makeRoom();
                    look(gauge, threshold, steps);
                } catch (IOException | RuntimeException e) {
                    LOG.log(Level.WARNING, "cannot make room on the disk: " + e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "the disk is watched no more");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
