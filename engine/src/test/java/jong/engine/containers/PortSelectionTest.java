package jong.engine.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jong.api.HostConfig;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import org.junit.jupiter.api.Test;

class PortSelectionTest {

    @Test
    void moreBindingsComeBesideTheOthersAndOnce() {
        var host = host("{'80/tcp':[{'HostIp':'','HostPort':'8080'}]}");
        var next =
                PortSelection.with(
                        host,
                        json(
                                "{'80':[{'HostIp':'','HostPort':'8080'},"
                                        + "{'HostIp':'127.0.0.1','HostPort':'8081'}],"
                                        + "'53/udp':[{'HostIp':'','HostPort':''}]}"));
        assertThat(bindings(next))
                .isEqualTo(
                        "{'80/tcp':[{'HostIp':'','HostPort':'8080'},"
                                + "{'HostIp':'127.0.0.1','HostPort':'8081'}],"
                                + "'53/udp':[{'HostIp':'','HostPort':''}]}");
        assertThat(bindings(host)).isEqualTo("{'80/tcp':[{'HostIp':'','HostPort':'8080'}]}");
    }

    @Test
    void aBindingIsRemovedByWhatIsSaidOfIt() {
        var host =
                host(
                        "{'80/tcp':[{'HostIp':'','HostPort':'8080'},"
                                + "{'HostIp':'127.0.0.1','HostPort':'8081'}]}");
        assertThat(without(host, "{'80/tcp':[{'HostIp':'','HostPort':'8081'}]}"))
                .isEqualTo("{'80/tcp':[{'HostIp':'','HostPort':'8080'}]}");
        assertThat(without(host, "{'80/tcp':[{'HostIp':'127.0.0.1','HostPort':''}]}"))
                .isEqualTo("{'80/tcp':[{'HostIp':'','HostPort':'8080'}]}");
        assertThat(without(host, "{'80/tcp':[{'HostIp':'','HostPort':''}]}")).isEqualTo("{}");
        assertThat(without(host, "{'80/tcp':null}")).isEqualTo("{}");
    }

    @Test
    void aPortOfTheEnginesChoiceIsRemovedByTheNumberThatItGot() {
        var host = host("{'80/tcp':[{'HostIp':'','HostPort':''}]}");
        assertThat(without(host, "{'80/tcp':[{'HostIp':'','HostPort':'32768'}]}")).isEqualTo("{}");
    }

    @Test
    void whatIsNotThereIsSaid() {
        var host = host("{'80/tcp':[{'HostIp':'','HostPort':'8080'}]}");
        assertThatThrownBy(() -> without(host, "{'81/tcp':null}"))
                .isInstanceOf(NotFound.class)
                .hasMessage("no public port '81/tcp' published for web");
        assertThatThrownBy(() -> without(host, "{'80/tcp':[{'HostPort':'8081'}]}"))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> without(host, "{'x/y':null}")).isInstanceOf(InvalidArgument.class);
    }

    private static String without(HostConfig host, String removed) {
        return bindings(PortSelection.without("web", host, json(removed)));
    }

    private static HostConfig host(String bindings) {
        return new HostConfig(new JsonObject().with("PortBindings", json(bindings)));
    }

    private static String bindings(HostConfig host) {
        return host.json().object("PortBindings").toString().replace('"', '\'');
    }

    private static JsonObject json(String text) {
        return Json.parseObject(text.replace('\'', '"'));
    }
}
