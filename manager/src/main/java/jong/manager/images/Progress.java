package jong.manager.images;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jong.oci.Digest;

/**
 * Passes progress of several threads on to one listener, one event at a time, and of each part's
 * byte counts at most ten a second and the last.
 */
final class Progress {

    private static final long INTERVAL_NANOS = 100_000_000;

    private final ProgressListener listener;

    /** When a part's bytes were last told, by its ID. */
    private final Map<String, Long> told = new ConcurrentHashMap<>();

    Progress(ProgressListener listener) {
        this.listener = listener;
    }

    void status(String id, String text) {
        send(new ProgressEvent.Status(id, text));
    }

    void heading(String id, String text) {
        send(new ProgressEvent.Heading(id, text));
    }

    void stream(String text) {
        send(new ProgressEvent.Stream(text));
    }

    void retrying(String id, int secondsLeft) {
        status(id, "Retrying in " + secondsLeft + (secondsLeft == 1 ? " second" : " seconds"));
    }

    void pulled(boolean newer, String name) {
        String what = newer ? "Downloaded newer image" : "Image is up to date";
        status("", "Status: " + what + " for " + name);
    }

    void pushed(String tag, Digest digest, long size) {
        send(new ProgressEvent.Pushed(tag, digest, size));
    }

    void bytes(String id, String action, long current, long total) {
        long now = System.nanoTime();
        Long last = told.get(id);
        if (last == null || now - last >= INTERVAL_NANOS || current == total) {
            told.put(id, now);
            send(new ProgressEvent.Bytes(id, action, current, total));
        }
    }

    private synchronized void send(ProgressEvent event) {
        listener.progress(event);
    }
}
