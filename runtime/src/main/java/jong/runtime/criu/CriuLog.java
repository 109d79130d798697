package jong.runtime.criu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** What criu says of its errors: it does so in a file only. */
public final class CriuLog {

    private static final int LINES_BEFORE = 5;

    private CriuLog() {}

    /**
     * Quotes the lines with errors, each with those before it, in runc's form.
     *
     * @param file criu's log
     * @param warnings gets a line at a time
     */
    public static void quote(Path file, Consumer<String> warnings) {
        List<String> lines;
        try {
            // Names in it may be of any encoding.
            lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            warnings.accept("open " + file + ": " + e.getMessage());
            return;
        }
        int shown = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).contains("Error")) {
                continue;
            }
            int first = Math.max(shown, i - LINES_BEFORE);
            if (shown == 0) {
                warnings.accept("--- Quoting \"" + file + "\"");
            } else if (first > shown) {
                warnings.accept("...");
            }
            for (int line = first; line <= i; line++) {
                warnings.accept((line + 1) + ":" + lines.get(line));
            }
            shown = i + 1;
        }
        if (shown > 0) {
            warnings.accept("---");
        }
    }
}
