package jong.engine.logging;

import java.io.PrintStream;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the daemon's log as dockerd does, one line a record: {@code time="…" level=info msg="…"}.
 *
 * <p>The stack of an exception goes into a field of its own line, so that a line stays a record.
 */
public final class LogfmtHandler extends Handler {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX")
                    .withZone(ZoneId.systemDefault());

    private final PrintStream out;

    LogfmtHandler(PrintStream out) {
        this.out = out;
    }

    /**
     * Makes the log of this process go to {@code out}.
     *
     * @return the handler, for what is to be logged while the virtual machine ends: its own hook
     *     takes all handlers away then
     * @param level {@code debug}, {@code info}, {@code warn}, {@code error} or {@code fatal}
     */
    public static LogfmtHandler install(PrintStream out, String level) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        var handler = new LogfmtHandler(out);
        root.addHandler(handler);
        root.setLevel(levelOf(level));
        // Netty tells at debug level how it looks for what this platform has.
        Logger.getLogger("io.netty").setLevel(Level.WARNING);
        return handler;
    }

    @Override
    public void publish(@Nullable LogRecord entry) {
        if (entry == null) {
            return;
        }
        var line = new StringBuilder("time=\"");
        line.append(TIME.format(entry.getInstant()));
        line.append("\" level=").append(nameOf(entry.getLevel()));
        line.append(" msg=").append(quoted(String.valueOf(entry.getMessage())));
        if (entry.getThrown() != null) {
            line.append(" stack=").append(quoted(stack(entry.getThrown())));
        }
        out.println(line);
    }

    private static String stack(Throwable failure) {
        var text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints()
                .forEach(character -> {
                    switch (character) {
                        case '"' -> quoted.append("\\\"");
                        case '\\' -> quoted.append("\\\\");
                        case '\n' -> quoted.append("\\n");
                        case '\t' -> quoted.append("\\t");
                        case '\r' -> quoted.append("\\r");
                        default -> appendPrintable(quoted, character);
                    }
                });
        return quoted.append('"').toString();
    }

    private static void appendPrintable(StringBuilder text, int character) {
        if (Character.isISOControl(character)) {
            text.append(String.format(java.util.Locale.ROOT, "\\x%02x", character));
        } else {
            text.appendCodePoint(character);
        }
    }

    private static Level levelOf(String name) {
        return switch (name) {
            case "debug" -> Level.FINE;
            case "info" -> Level.INFO;
            case "warn" -> Level.WARNING;
            case "error", "fatal" -> Level.SEVERE;
            default -> throw new IllegalArgumentException("no log level " + name);
        };
    }

    private static String nameOf(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "warning";
        }
        return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        flush();
    }
}
