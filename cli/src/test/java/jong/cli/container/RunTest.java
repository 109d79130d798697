package jong.cli.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Texts and codes around a container. */
final class RunTest {

    @Test
    void startErrorsBecomeTheExitCodesOfShells() {
        checkCode("exec: \"nosuch\": executable file not found in $PATH: unknown", 127);
        checkCode("exec: \"/x\": stat /x: no such file or directory: unknown", 127);
        checkCode("exec: \"/etc\": is a directory: unknown: permission denied", 126);
        checkCode("driver failed programming external connectivity", 125);
    }

    @Test
    void portsAreShownAsDockerShowsThem() {
        checkPorts("", "[]");
        checkPorts("80/tcp", "[{'PrivatePort':80,'Type':'tcp'}]");
        checkPorts(
                "80-81/tcp, 53/udp",
                "[{'PrivatePort':81,'Type':'tcp'},{'PrivatePort':80,'Type':'tcp'},"
                        + "{'PrivatePort':53,'Type':'udp'}]");
        checkPorts(
                "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp",
                "[{'IP':'::','PrivatePort':80,'PublicPort':8080,'Type':'tcp'},"
                        + "{'IP':'0.0.0.0','PrivatePort':80,'PublicPort':8080,'Type':'tcp'}]");
        checkPorts(
                "0.0.0.0:90-91->90-91/tcp",
                "[{'IP':'0.0.0.0','PrivatePort':90,'PublicPort':90,'Type':'tcp'},"
                        + "{'IP':'0.0.0.0','PrivatePort':91,'PublicPort':91,'Type':'tcp'}]");
    }

    private static void checkCode(String text, int expected) {
        assertThat(Run.startFailure(text)).isEqualTo(expected);
    }

    private static void checkPorts(String expected, String json) {
        JsonObject wrapped = Json.parseObject("{\"p\":" + json.replace('\'', '"') + "}");
        List<JsonObject> ports = wrapped.objects("p");
        assertThat(Ports.display(ports)).isEqualTo(expected);
    }
}
