package jong.registry.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import jong.registry.server.storage.CollectionResult;
import jong.registry.server.storage.CollectionRules;
import jong.registry.server.storage.Collector;

/** Collects garbage from time to time, on a thread of its own, and when it is asked to. */
final class Maintenance implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());

    private final Collector collector;
    private final CollectionRules rules;
    private final Metrics metrics;
    private final Thread thread;

    /**
     * Makes and starts it.
     *
     * @param interval between collections, zero for only when asked
     */
    Maintenance(Collector collector, CollectionRules rules, Duration interval, Metrics metrics) {
        this.collector = collector;
        this.rules = rules;
        this.metrics = metrics;
        this.thread = Thread.ofVirtual().name("maintenance").unstarted(() -> repeat(interval));
        if (!interval.isZero()) {
            thread.start();
        }
    }

    private void repeat(Duration interval) {
        try {
            while (true) {
                Thread.sleep(interval);
                try {
                    collect(rules.untagged());
                } catch (IOException | RuntimeException e) {
                    LOG.log(Level.ERROR, "garbage collection failed: " + e, e);
                }
            }
        } catch (InterruptedException _) {
            // The server ends.
        }
    }

    /**
     * Collects once, while the registry serves.
     *
     * @param untagged whether manifests go that no tag leads to
     */
    CollectionResult collect(boolean untagged) throws IOException {
        var now = new CollectionRules(rules.grace(), untagged, rules.expiry(), rules.uploadAge());
        CollectionResult result = collector.collect(now);
        metrics.collected(result);
        LOG.log(Level.INFO, () -> "garbage collection: " + result);
        return result;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
