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
 * Tells an error the way runc does: callers (containerd, conmon) read the last line of the log file
 * whose level is {@code error}.
 *
 * @param logFile where it goes beside stderr, or empty
 * @param json whether the file's lines are JSON
 */
record Complaint(String logFile, boolean json) {

    void tell(String message, PrintStream errors) {
        errors.println(text(message));
        if (logFile.isEmpty()) {
            return;
        }
        try {
            Files.writeString(
                    Path.of(logFile),
                    (json ? object(message) : text(message)) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            errors.println(text("cannot write " + logFile + ": " + e.getMessage()));
        }
    }

    private static String text(String message) {
        return "time=\"" + now() + "\" level=error msg=" + Json.write(message);
    }

    private static String object(String message) {
        return Json.write(
                new JsonObject().with("level", "error").with("msg", message).with("time", now()));
    }

    private static String now() {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                ZonedDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS));
    }
}
