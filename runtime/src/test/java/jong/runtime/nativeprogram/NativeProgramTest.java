package jong.runtime.nativeprogram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the tests that the C program has of its own, in {@code src/test/c}. */
final class NativeProgramTest {
    @Test
    @Tag("root")
    void blackBoxTestsPass() throws Exception {
        make("test");
    }

    @Test
    @Tag("root")
    void theyPassUnderSanitizersToo() throws Exception {
        make("sanitize");
    }

    @Test
    void mutatedPlansNeverBreakTheReader() throws Exception {
        make("fuzz");
    }

    @Test
    void operationsAreThoseOfTheDocument() throws Exception {
        make("check");
    }

    private static void make(String target) throws IOException, InterruptedException {
        String out = Path.of("target", "native").toAbsolutePath().toString();
        Process make =
                new ProcessBuilder("make", "-s", "-C", "src/main/c", "OUT=" + out, target)
                        .redirectErrorStream(true)
                        .start();
        String output = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(make.waitFor()).as(output).isZero();
    }
}
