package jong.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** A test of one real container by the command line, which must leave nothing behind. */
@Tag("root")
abstract class ContainerCase {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir Path directory;
    Runc runc;
    String id;

    @BeforeEach
    final void prepareRunc() throws IOException {
        runc = new Runc(directory);
        id =
                getClass().getSimpleName().toLowerCase(Locale.ROOT)
                        + "-"
                        + ProcessHandle.current().pid()
                        + "-"
                        + NUMBER.incrementAndGet();
    }

    @AfterEach
    final void nothingIsLeft() throws IOException {
        runc.close(id);
    }

    /** Runs it in the background with this command. */
    final void start(String... args) throws IOException {
        runc.args(args);
        runc.run("run", "-d", "-b", bundle(), id).succeeded();
    }

    final void awaitEnd() throws IOException {
        while (!state().string("status").equals("stopped")) {
            Thread.onSpinWait();
        }
    }

    final JsonObject state() throws IOException {
        return runc.run("state", id).succeeded().json();
    }

    final String bundle() {
        return runc.bundle.toString();
    }

    /** Runs a command and compares its status and what it says last. */
    final void check(int status, String message, String... words) throws IOException {
        boolean creates = words[0].equals("create") && words.length == 2;
        Runc.Result result =
                creates ? runc.run("create", "-b", bundle(), words[1]) : runc.run(words);
        assertThat(result.message()).isEqualTo(message);
        assertThat(result.status()).isEqualTo(status);
    }
}
