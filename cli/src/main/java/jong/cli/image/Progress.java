package jong.cli.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import jong.cli.failure.CommandException;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;
import jong.wire.json.JsonSequence;

/**
 * Shows the progress that the daemon sends as a sequence of JSON objects: on a terminal each id has
 * a line of its own that is rewritten in place; elsewhere each change of state is a line, and what
 * only counts bytes is left out.
 */
public final class Progress {

    private static final int BAR_WIDTH = 50;

    private final PrintStream out;
    private final boolean terminal;
    private final List<String> ids = new ArrayList<>();

    /** Shows progress on {@code out}. */
    public Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** What is done with an {@code aux} object among the progress. */
    @FunctionalInterface
    public interface Aux {
        /** Takes the object. */
        void take(JsonObject aux);
    }

    /**
     * Shows everything up to the end of the stream.
     *
     * @throws CommandException if the daemon sends an error
     */
    public void show(InputStream body, Aux aux) throws IOException {
        try (var sequence = new JsonSequence(body)) {
            for (var next = sequence.next(); next.isPresent(); next = sequence.next()) {
                JsonObject message = next.get();
                if (message.has("aux")) {
                    aux.take(message.object("aux"));
                    continue;
                }
                String error =
                        message.object("errorDetail").string("message", message.string("error"));
                if (!error.isEmpty()) {
                    out.flush();
                    throw new CommandException(error);
                }
                show(message);
            }
        }
        out.flush();
    }

    private void show(JsonObject message) {
        String id = message.string("id");
        JsonObject detail = message.object("progressDetail");
        if (!terminal) {
            if (detail.isEmpty()) {
                out.println(line(message, ""));
            }
            return;
        }
        if (id.isEmpty()
                || message.has("stream")
                || (ids.isEmpty() && !message.has("progressDetail"))) {
            out.print(line(message, "") + (message.has("stream") ? "" : "\n"));
            out.flush();
            return;
        }
        int row = ids.indexOf(id);
        if (row < 0) {
            row = ids.size();
            ids.add(id);
            out.print('\n');
        }
        int up = ids.size() - row;
        out.print("\u001b[" + up + "A\u001b[2K\r" + line(message, bar(detail)));
        out.print("\u001b[" + up + "B\r");
        out.flush();
    }

    private static String line(JsonObject message, String bar) {
        if (message.has("stream")) {
            return message.string("stream").stripTrailing();
        }
        String id = message.string("id");
        String status = message.string("status");
        return (id.isEmpty() ? "" : id + ": ") + status + (bar.isEmpty() ? "" : " " + bar);
    }

    private static String bar(JsonObject detail) {
        long current = detail.number("current");
        long total = detail.number("total");
        if (current <= 0 && total <= 0) {
            return "";
        }
        if (total <= 0 || current > total) {
            return Units.size(current, 4);
        }
        int done = (int) (BAR_WIDTH * current / total);
        String drawn = "=".repeat(done) + ">" + " ".repeat(BAR_WIDTH - done);
        return "[" + drawn + "]  " + Units.size(current, 4) + "/" + Units.size(total, 4);
    }
}
