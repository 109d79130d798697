package jong.manager.images;

import java.util.Locale;
import jong.oci.Digest;
import jong.wire.json.JsonObject;

/** A step of a long operation, with docker's texts and IDs. */
public sealed interface ProgressEvent {

    /** The event as a line of docker's progress streams ({@code jsonmessage}). */
    JsonObject toJson();

    /**
     * A part has reached a state, such as {@code Pull complete}.
     *
     * @param id the part, such as a layer's short digest; {@code ""} for the whole
     * @param text docker's text
     */
    record Status(String id, String text) implements ProgressEvent {
        @Override
        public JsonObject toJson() {
            var json = new JsonObject().with("status", text);
            return id.isEmpty()
                    ? json
                    : json.with("progressDetail", new JsonObject()).with("id", id);
        }
    }

    /**
     * Something begins.
     *
     * @param id what, such as the tag that is pulled
     * @param text docker's text
     */
    record Heading(String id, String text) implements ProgressEvent {
        @Override
        public JsonObject toJson() {
            return new JsonObject().with("status", text).with("id", id);
        }
    }

    /**
     * A part goes on.
     *
     * @param id the part
     * @param action such as {@code Downloading}, {@code Extracting}, {@code Loading layer}
     * @param current bytes done
     * @param total bytes in all, or 0 if unknown
     */
    record Bytes(String id, String action, long current, long total) implements ProgressEvent {

        private static final int HALF_WIDTH = 50;

        @Override
        public JsonObject toJson() {
            var detail = new JsonObject().withUnlessEmpty("current", current);
            return new JsonObject()
                    .with("status", action)
                    .with("progressDetail", detail.withUnlessEmpty("total", total))
                    .with("progress", bar())
                    .with("id", id);
        }

        private String bar() {
            if (total <= 0) {
                return "%8s".formatted(humanSize(current));
            }
            int done = (int) Math.min(100, current * 100 / total) / 2;
            String bar = "[" + "=".repeat(done) + ">" + " ".repeat(HALF_WIDTH - done) + "]";
            return "%s %8s/%s".formatted(bar, humanSize(current), humanSize(total));
        }

        /** Four significant digits and decimal units, as docker prints sizes. */
        private static String humanSize(long bytes) {
            String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
            double size = bytes;
            int unit = 0;
            while (size >= 1000 && unit < units.length - 1) {
                size /= 1000;
                unit++;
            }
            return shortest(size) + units[unit];
        }

        private static String shortest(double size) {
            int whole = Long.toString((long) size).length();
            String text = String.format(Locale.ROOT, "%." + (4 - Math.min(4, whole)) + "f", size);
            return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
        }
    }

    /**
     * Text for the user's terminal, with its line ends.
     *
     * @param text such as {@code Loaded image: nginx:latest\n}
     */
    record Stream(String text) implements ProgressEvent {
        @Override
        public JsonObject toJson() {
            return new JsonObject().with("stream", text);
        }
    }

    /**
     * A tag has been pushed.
     *
     * @param digest of the manifest that it points to
     * @param size bytes of that manifest
     */
    record Pushed(String tag, Digest digest, long size) implements ProgressEvent {
        @Override
        public JsonObject toJson() {
            return new JsonObject()
                    .with("progressDetail", new JsonObject())
                    .with(
                            "aux",
                            new JsonObject()
                                    .with("Tag", tag)
                                    .with("Digest", digest.toString())
                                    .with("Size", size));
        }
    }
}
