package jong.engine.containers;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Phaser;

/**
 * Work that no client waits for: cleaning up after a container, watching one.
 *
 * <p>Each piece runs on a virtual thread of its own. A failure is logged: whoever hands in work
 * that must not be lost notes it in the metadata first.
 */
final class Background {

    private static final Logger LOG = System.getLogger(Background.class.getName());

    /** Counts the cleanings that are under way; watching does not count. */
    private final Phaser cleanings = new Phaser(1);

    /** Work. */
    interface Work {
        void run() throws Exception;
    }

    /** Runs work that may last as long as a container. */
    Thread watch(String name, Work work) {
        return Thread.ofVirtual().name(name).start(() -> guarded(name, work));
    }

    /** Runs work that ends by itself; {@link #awaitCleanings} waits for it. */
    Thread clean(String name, Work work) {
        cleanings.register();
        return Thread.ofVirtual()
                .name(name)
                .start(() -> {
                    try {
                        guarded(name, work);
                    } finally {
                        cleanings.arriveAndDeregister();
                    }
                });
    }

    /** Waits until all cleaning that began before has ended. */
    void awaitCleanings() {
        cleanings.arriveAndAwaitAdvance();
    }

    private static void guarded(String name, Work work) {
        try {
            work.run();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(Level.ERROR, name + " failed", e);
        }
    }
}
