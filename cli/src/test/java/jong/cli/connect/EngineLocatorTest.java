package jong.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import jong.cli.failure.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which daemon is meant, in docker's order. */
final class EngineLocatorTest {

    /** SHA-256 of "other". */
    private static final String OTHER =
            "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa";

    @TempDir private Path directory;

    @Test
    void flagsComeBeforeTheEnvironmentAndThatBeforeTheConfiguration() throws IOException {
        writeContext();
        Map<String, String> host = Map.of("DOCKER_HOST", "tcp://env:1");
        Map<String, String> context = Map.of("DOCKER_CONTEXT", "other");
        check(options("", ""), Map.of(), EngineLocator.DEFAULT);
        check(options("", ""), host, "tcp://env:1");
        check(options("", "unix:///flag"), host, "unix:///flag");
        check(options("", ""), context, "unix:///other.sock");
        check(options("other", ""), host, "unix:///other.sock");
        check(options("default", ""), context, EngineLocator.DEFAULT);
        Files.writeString(directory.resolve("config.json"), "{\"currentContext\":\"other\"}");
        check(options("", ""), Map.of(), "unix:///other.sock");
        check(options("", ""), host, "tcp://env:1");
    }

    @Test
    void contradictionsAndUnknownContextsAreRefused() {
        assertThatThrownBy(() -> locator(options("a", "tcp://x"), Map.of()).address())
                .isInstanceOf(CommandException.class)
                .hasMessage("conflicting options: cannot specify both --host and --context");
        assertThatThrownBy(() -> locator(options("nope", ""), Map.of()).address())
                .hasMessageContaining("context \"nope\": context not found: open ");
        assertThatThrownBy(() -> locator(options("", "foo://x"), Map.of()).address())
                .hasMessage("invalid bind address format: foo://x");
    }

    private void writeContext() throws IOException {
        Path file = directory.resolve("contexts/meta/" + OTHER + "/meta.json");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                """
                {"Name":"other","Metadata":{},
                 "Endpoints":{"docker":{"Host":"unix:///other.sock","SkipTLSVerify":false}}}
                """);
    }

    private GlobalOptions options(String context, String host) {
        return new GlobalOptions(directory.toString(), context, host);
    }

    private void check(GlobalOptions options, Map<String, String> environment, String expected) {
        assertThat(locator(options, environment).address()).hasToString(expected);
    }

    private static EngineLocator locator(GlobalOptions options, Map<String, String> environment) {
        return new EngineLocator(options, environment, () -> ConfigFile.read(options, environment));
    }
}
