package jong.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Test;

final class ExecProcessTest {

    private static final SpecRequest.Machine MACHINE =
            new SpecRequest.Machine("amd64", true, Capabilities.ofMask(0x1ff_ffff_ffffL));

    private static JsonObject process(HostConfig host, boolean privileged) {
        var exec = new JsonObject().with("Cmd", List.of("true")).with("Privileged", privileged);
        return ExecProcess.of(new ContainerConfig(new JsonObject()), host, exec, MACHINE);
    }

    @Test
    void aPrivilegedProcessHasAllCapabilitiesButStaysInTheProfileOfItsContainer() {
        var host = new HostConfig(new JsonObject());
        JsonObject process = process(host, true);
        assertThat(process.object("capabilities").strings("effective")).contains("CAP_SYS_ADMIN");
        assertThat(process.string("apparmorProfile")).isEqualTo("docker-default");
    }

    @Test
    void aProcessOfAPrivilegedContainerIsNotConfined() {
        var host = new HostConfig(new JsonObject().with("Privileged", true));
        assertThat(process(host, false).string("apparmorProfile")).isEqualTo("unconfined");
    }
}
