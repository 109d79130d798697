package jong.registry.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class InsecureRegistriesTest {

    @Test
    void insecureRegistriesAreHostsAndNetworks() {
        var insecure = new InsecureRegistries(List.of("reg:5000", "bare", "10.1.0.0/16"));
        for (String domain :
                List.of(
                        "localhost:1",
                        "127.9.9.9:5000",
                        "[::1]:80",
                        "reg:5000",
                        "bare",
                        "10.1.2.3:1")) {
            assertThat(insecure.contains(domain)).as(domain).isTrue();
        }
        for (String domain :
                List.of(
                        "reg:5001",
                        "reg",
                        "bare:5000",
                        "10.2.2.3",
                        "docker.io",
                        "localhost.evil.org",
                        "127.evil.org",
                        "127.0.0.1.evil.org")) {
            assertThat(insecure.contains(domain)).as(domain).isFalse();
        }
    }

    @Test
    void malformedEntriesAreRefusedAtOnce() {
        assertThatThrownBy(() -> new InsecureRegistries(List.of("10.1.0.0/x")))
                .hasMessage(
                        "insecure registry 10.1.0.0/x is not valid: invalid CIDR address: 10.1.0.0/x");
        assertThatThrownBy(() -> new InsecureRegistries(List.of("http://reg:5000")))
                .hasMessage("insecure registry http://reg:5000 should not contain '://'");
    }
}
