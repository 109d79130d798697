package jong.manager.images;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import jong.oci.Digest;
import jong.registry.BlobListener;

/**
 * Lets several pulls that want the same blob share one download: one fetches, the others hear how
 * it goes on and wait. If it ends without the blob, the next of them goes on where it stopped. Of
 * layers only so many are fetched at once, of all pulls together.
 */
final class Transfers {

    /** What no limit means: threads are made for them all. */
    private static final int UNLIMITED = 64;

    /** Downloads that somebody has or waits for; guarded by itself. */
    private final Map<Digest, Download> downloads = new HashMap<>();

    private final int layersAtOnce;
    private final Semaphore layers;

    /**
     * For all pulls.
     *
     * @param layersAtOnce how many layers are fetched at once; 0 for any number
     */
    Transfers(int layersAtOnce) {
        this.layersAtOnce = layersAtOnce == 0 ? UNLIMITED : layersAtOnce;
        this.layers = new Semaphore(this.layersAtOnce, true);
    }

    /** Makes sure that a blob is there; called with the right to fetch it. */
    interface Fetch {

        /**
         * Fetches the blob unless it is there by now.
         *
         * @param listener hears how it goes on, and passes it to all who wait
         */
        void run(BlobListener listener) throws IOException, InterruptedException;
    }

    int layersAtOnce() {
        return layersAtOnce;
    }

    /** Fetches a blob, or waits until somebody else has. */
    void fetch(Digest blob, BlobListener listener, Fetch fetch)
            throws IOException, InterruptedException {
        Download download = join(blob, listener);
        try {
            download.turn.lockInterruptibly();
            try {
                fetch.run(download.toAll(listener));
            } finally {
                download.turn.unlock();
            }
        } finally {
            leave(blob, download, listener);
        }
    }

    /** Fetches a layer, or waits until somebody else has. */
    void fetchLayer(Digest layer, BlobListener listener, Fetch fetch)
            throws IOException, InterruptedException {
        fetch(
                layer,
                listener,
                all -> {
                    layers.acquire();
                    try {
                        fetch.run(all);
                    } finally {
                        layers.release();
                    }
                });
    }

    private Download join(Digest blob, BlobListener listener) {
        synchronized (downloads) {
            Download download = downloads.computeIfAbsent(blob, _ -> new Download());
            download.users++;
            download.listeners.add(listener);
            return download;
        }
    }

    private void leave(Digest blob, Download download, BlobListener listener) {
        synchronized (downloads) {
            download.listeners.remove(listener);
            download.users--;
            if (download.users == 0) {
                downloads.remove(blob);
            }
        }
    }

    /** A blob that is being fetched, and all who want it. */
    private static final class Download {

        private final ReentrantLock turn = new ReentrantLock(true);
        private final List<BlobListener> listeners = new CopyOnWriteArrayList<>();

        /** How many have it or wait for it; guarded by the map of downloads. */
        private int users;

        /** What one of the others throws is that one's own matter, and it hears no more. */
        BlobListener toAll(BlobListener own) {
            return new BlobListener() {
                @Override
                public void transferred(long current, long total) {
                    own.transferred(current, total);
                    tellOthers(other -> other.transferred(current, total));
                }

                @Override
                public void retrying(int secondsLeft) {
                    own.retrying(secondsLeft);
                    tellOthers(other -> other.retrying(secondsLeft));
                }

                private void tellOthers(Consumer<BlobListener> message) {
                    listeners.removeIf(other -> !other.equals(own) && !hears(other, message));
                }
            };
        }

        private static boolean hears(BlobListener listener, Consumer<BlobListener> message) {
            try {
                message.accept(listener);
                return true;
            } catch (RuntimeException _) {
                return false;
            }
        }
    }
}
