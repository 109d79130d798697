package jong.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Hooks, warnings and refusals as a caller of the command line meets them. */
final class HookCommandsTest extends ContainerCase {

    private void hook(String point, String script) throws IOException {
        runc.configure(config -> {
            JsonObject hook =
                    new JsonObject()
                            .with("path", "/bin/sh")
                            .with("args", List.of("sh", "-c", script))
                            .with("env", List.of("PATH=/bin:/usr/bin"));
            config.with("hooks", config.object("hooks").with(point, List.of(hook)));
        });
    }

    private Runc.Result run() throws IOException {
        return runc.run("run", "--bundle", runc.bundle.toString(), id);
    }

    @Test
    void allOfThemRunAroundARun() throws IOException {
        runc.args("true");
        Path log = directory.resolve("log");
        for (String point :
                List.of("prestart", "createRuntime", "createContainer", "poststart", "poststop")) {
            hook(point, "echo " + point + " >>" + log);
        }
        run().succeeded();
        assertThat(log)
                .hasContent("prestart\ncreateRuntime\ncreateContainer\npoststart\npoststop\n");
    }

    @Test
    void oneThatFailsIsTheReasonToldAndNothingIsLeft() throws IOException {
        runc.args("true");
        hook("createRuntime", "echo no >&2; exit 3");
        Runc.Result result = run();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.message())
                .isEqualTo(
                        "runc run failed: unable to start container process: error during container"
                                + " init: error running createRuntime hook #0: exit status 3,"
                                + " stdout: , stderr: no\n");
    }

    @Test
    void whatCannotBeGivenIsAWarning() throws IOException {
        runc.args("true");
        runc.configure(config ->
                config.object("process")
                        .with(
                                "capabilities",
                                Json.parse("{\"ambient\":[\"CAP_CHOWN\",\"CAP_FOO\"]}")));
        Runc.Result result = run().succeeded();
        assertThat(result.errors())
                .contains("level=warning")
                .contains("ignoring unknown or unavailable capabilities: [CAP_FOO]")
                .contains("can't raise ambient capability CAP_CHOWN: operation not permitted");
    }

    @Test
    void whatBreaksARuleIsRefusedBeforeAnythingIsMade() throws IOException {
        runc.configure(config ->
                config.object("linux").with("sysctl", new JsonObject().with("vm.swappiness", "1")));
        Runc.Result result = run();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.message())
                .endsWith("sysctl \"vm.swappiness\" is not in a separate kernel namespace");
    }
}
