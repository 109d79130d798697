package jong.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransportTest {

    @Test
    void secretsGoToOneServerAlone() {
        URI own = URI.create("https://reg.example/v2");
        for (String same :
                List.of(
                        "https://reg.example/x",
                        "https://REG.example:443/",
                        "HTTPS://reg.example")) {
            assertThat(Transport.sameHost(own, URI.create(same))).as(same).isTrue();
        }
        for (String other :
                List.of(
                        "http://reg.example/",
                        "https://reg.example:444/",
                        "https://reg.example.evil/",
                        "https://reg.example@evil/",
                        "https://sub.reg.example/")) {
            assertThat(Transport.sameHost(own, URI.create(other))).as(other).isFalse();
        }
    }
}
