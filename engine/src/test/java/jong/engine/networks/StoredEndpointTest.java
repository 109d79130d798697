package jong.engine.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import jong.network.Bandwidth;
import jong.network.Endpoint;
import jong.network.InterfaceSettings;
import jong.network.InterfaceSettings.Sysctl;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Test;

class StoredEndpointTest {

    @Test
    void whatIsKeptIsWhatWasThere() {
        var settings =
                new InterfaceSettings(
                        List.of(InetAddress.ofLiteral("169.254.9.9")),
                        List.of(Sysctl.parse("net.ipv4.conf.IFNAME.log_martians=1")));
        var endpoint =
                new Endpoint(
                        "id",
                        "web",
                        "web0",
                        List.of(
                                new Endpoint.Address(
                                        InetAddress.ofLiteral("10.1.0.2"), 24, Optional.empty())),
                        Optional.empty(),
                        "veth1234567",
                        List.of(),
                        new Bandwidth(8000, 0),
                        settings);
        var names = EndpointNames.fromJson(new JsonObject());
        var stored = new StoredEndpoint("network", "container", 3, names, endpoint);
        assertThat(StoredEndpoint.fromJson(stored.toJson())).isEqualTo(stored);
    }
}
