package jong.engine.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import jong.network.BridgeSettings.HostPart;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeOptionsTest {

    @Test
    void theHostTakesPartAsTheOptionsSay() {
        var options =
                Map.of(
                        "com.docker.network.host_ipv4", "192.0.2.7",
                        "com.docker.network.host_ipv6", "fd00::7",
                        "com.docker.network.bridge.inhibit_ipv4", "true",
                        "com.docker.network.bridge.trusted_host_interfaces", "eth0::wg0");
        List<InetAddress> sources =
                List.of(InetAddress.ofLiteral("192.0.2.7"), InetAddress.ofLiteral("fd00::7"));
        assertThat(new BridgeOptions(options).hostPart())
                .isEqualTo(new HostPart(false, List.of("eth0", "wg0"), sources));
        assertThat(new BridgeOptions(Map.of()).hostPart()).isEqualTo(HostPart.USUAL);
    }

    @ParameterizedTest
    @CsvSource({
        "com.docker.network.host_ipv4, fd00::7, nil ip",
        "com.docker.network.host_ipv4, '', nil ip",
        "com.docker.network.host_ipv6, 192.0.2.7, nil ip",
        "com.docker.network.bridge.inhibit_ipv4, yes,"
                + " 'strconv.ParseBool: parsing \"yes\": invalid syntax'"
    })
    void whatIsWrongIsToldInDockersWords(String name, String value, String why) {
        var options = new BridgeOptions(Map.of(name, value));
        assertThatThrownBy(options::check)
                .isInstanceOf(InvalidArgument.class)
                .hasMessage("failed to parse " + name + " value: " + value + " (" + why + ")");
    }
}
