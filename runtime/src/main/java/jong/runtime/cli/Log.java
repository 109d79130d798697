package jong.runtime.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * The log as runc keeps it: callers (containerd, conmon) read the last line of the file whose level
 * says that it is an error.
 *
 * @param file where it goes, or empty for stderr
 * @param json whether its lines are JSON
 * @param debug whether debug lines are kept
 * @param errors stderr
 */
record Log(String file, boolean json, boolean debug, PrintStream errors) {

    /**
     * The same, kept in a file.
     *
     * @param path its name, or empty for stderr
     * @throws IOException if it cannot be written: who waits for errors there would hear none
     */
    Log into(String path) throws IOException {
        if (path.isEmpty()) {
            return this;
        }
        try {
            Files.newByteChannel(
                            Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new IOException("open " + RuntimeMain.explain(e), e);
        }
        return new Log(path, json, debug, errors);
    }

    /** Tells why the program fails; on stderr in any case. */
    void error(String message) {
        line("error", message);
        if (!file.isEmpty()) {
            errors.println(message);
        }
    }

    void warning(String message) {
        line("warning", message);
    }

    void debug(String message) {
        if (debug) {
            line("debug", message);
        }
    }

    private void line(String level, String message) {
        String line = json ? object(level, message) : text(level, message);
        if (file.isEmpty()) {
            errors.println(line);
            return;
        }
        try {
            Files.writeString(
                    Path.of(file),
                    line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            errors.println(line);
        }
    }

    private static String text(String level, String message) {
        return "time=\"" + now() + "\" level=" + level + " msg=" + quoted(message);
    }

    /** Quotes only where logrus does. */
    private static String quoted(String message) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-._/@^+".indexOf(c) >= 0;
            if (!plain) {
                return Json.write(message);
            }
        }
        return message.isEmpty() ? "\"\"" : message;
    }

    private static String object(String level, String message) {
        return Json.write(
                new JsonObject().with("level", level).with("msg", message).with("time", now()));
    }

    private static String now() {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                ZonedDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS));
    }
}
