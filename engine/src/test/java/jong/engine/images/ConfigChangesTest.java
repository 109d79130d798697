package jong.engine.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;

class ConfigChangesTest {

    @Test
    void portsAreKeptOneByOne() {
        assertThat(exposed("8000-8002")).containsExactly("8000/tcp", "8001/tcp", "8002/tcp");
        assertThat(exposed("80-81/udp 82")).containsExactly("80/udp", "81/udp", "82/tcp");
        assertThat(exposed("80/TCP")).containsExactly("80/tcp");
        assertThat(exposed("0")).containsExactly("0/tcp");
        assertThat(exposed("65535/")).containsExactly("65535/tcp");
    }

    @Test
    void whatIsNoPortIsRefusedInDockersWords() {
        assertRefused("99999", "Invalid containerPort: 99999");
        assertRefused("65535-65536", "Invalid containerPort: 65535-65536");
        assertRefused("8002-8000", "Invalid containerPort: 8002-8000");
        assertRefused("web", "Invalid containerPort: web");
        assertRefused("80/foo", "Invalid proto: foo");
    }

    private static Iterable<String> exposed(String ports) {
        return ConfigChanges.apply(new JsonObject(), List.of("EXPOSE " + ports))
                .object("ExposedPorts")
                .keySet();
    }

    private static void assertRefused(String ports, String message) {
        assertThatThrownBy(() -> exposed(ports))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage(message);
    }
}
