package jong.runtime.criu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form is that of runc 1.5. */
final class CriuLogTest {

    @TempDir private Path directory;

    @Test
    void errorsAreQuotedWithTheFiveLinesBefore() throws IOException {
        check("", List.of());
        check("a\nb\n", List.of());
        check("a\nError b\nc\n", List.of("1:a", "2:Error b"));
        check(
                "1\n2\n3\n4\n5\n6\nError 7\nError 8\n" + "x\n".repeat(7) + "Error 16\n",
                List.of(
                        "2:2",
                        "3:3",
                        "4:4",
                        "5:5",
                        "6:6",
                        "7:Error 7",
                        "8:Error 8",
                        "...",
                        "11:x",
                        "12:x",
                        "13:x",
                        "14:x",
                        "15:x",
                        "16:Error 16"));
    }

    private void check(String log, List<String> quoted) throws IOException {
        Path file = Files.writeString(directory.resolve("dump.log"), log);
        List<String> expected = new ArrayList<>(quoted);
        if (!quoted.isEmpty()) {
            expected.addFirst("--- Quoting \"" + file + "\"");
            expected.addLast("---");
        }
        List<String> said = new ArrayList<>();
        CriuLog.quote(file, said::add);
        assertThat(said).isEqualTo(expected);
    }

    @Test
    void aMissingLogIsSaid() {
        List<String> said = new ArrayList<>();
        CriuLog.quote(directory.resolve("none"), said::add);
        assertThat(said).hasSize(1).first().asString().startsWith("open " + directory);
    }
}
