package jong.engine.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;

/** What is expected is what dockerd 26.1 said. */
class LinkEnvironmentTest {

    @Test
    void aContainerLearnsTheNamePortsAndVariablesOfAnother() {
        assertThat(
                        LinkEnvironment.of(
                                "w3",
                                "my-db",
                                "172.30.0.2",
                                Set.of("80/tcp", "53/udp", "53/tcp"),
                                List.of("PATH=/bin", "HOME=/", "A=b=c")))
                .containsExactly(
                        "MY_DB_PORT=tcp://172.30.0.2:53",
                        "MY_DB_PORT_53_TCP=tcp://172.30.0.2:53",
                        "MY_DB_PORT_53_TCP_ADDR=172.30.0.2",
                        "MY_DB_PORT_53_TCP_PORT=53",
                        "MY_DB_PORT_53_TCP_PROTO=tcp",
                        "MY_DB_PORT_53_UDP=udp://172.30.0.2:53",
                        "MY_DB_PORT_53_UDP_ADDR=172.30.0.2",
                        "MY_DB_PORT_53_UDP_PORT=53",
                        "MY_DB_PORT_53_UDP_PROTO=udp",
                        "MY_DB_PORT_80_TCP=tcp://172.30.0.2:80",
                        "MY_DB_PORT_80_TCP_ADDR=172.30.0.2",
                        "MY_DB_PORT_80_TCP_PORT=80",
                        "MY_DB_PORT_80_TCP_PROTO=tcp",
                        "MY_DB_NAME=/w3/my-db",
                        "MY_DB_ENV_A=b=c");
    }

    @Test
    void threePortsInARowAreARange() {
        var ports = Set.of("80/tcp", "81/tcp", "82/tcp", "83/tcp", "85/tcp", "86/tcp");
        assertThat(LinkEnvironment.of("a", "b", "1.2.3.4", ports, List.of()))
                .contains(
                        "B_PORT=tcp://1.2.3.4:80",
                        "B_PORT_80_TCP_START=tcp://1.2.3.4:80",
                        "B_PORT_80_TCP_PORT_START=80",
                        "B_PORT_80_TCP_END=tcp://1.2.3.4:83",
                        "B_PORT_80_TCP_PORT_END=83")
                .noneMatch(variable -> variable.startsWith("B_PORT_85_TCP_START"));
        assertThat(LinkEnvironment.of("a", "b", "1.2.3.4", Set.of(), List.of()))
                .containsExactly("B_NAME=/a/b");
    }

    @Test
    void linksAreReadAsUsersAndInspectWriteThem() {
        assertThat(Link.parse("web")).isEqualTo(new Link("web", "web"));
        assertThat(Link.parse("web:db")).isEqualTo(new Link("web", "db"));
        assertThat(Link.parse("/web:/own/db")).isEqualTo(new Link("web", "db"));
        assertThatThrownBy(() -> Link.parse("a:b:c"))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage("bad format for links: a:b:c");
        assertThatThrownBy(() -> Link.parse("")).hasMessage("empty string specified for links");
    }
}
