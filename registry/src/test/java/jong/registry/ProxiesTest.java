package jong.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Test;

class ProxiesTest {

    @Test
    void exceptionsAreNamesAddressesAndNetworks() {
        var proxies =
                new Proxies(
                        new ProxySettings(
                                "proxy:3128",
                                "http://u:p@proxy",
                                "example.org, .only.below, 10.0.0.0/8,192.168.1.1,port.org:8080"));
        for (String direct :
                List.of(
                        "https://example.org/",
                        "https://a.example.org/",
                        "https://x.only.below/",
                        "https://10.2.3.4:5000/",
                        "http://192.168.1.1/",
                        "http://port.org:8080/",
                        "http://localhost:5000/",
                        "http://127.0.0.1/",
                        "http://[::1]:5000/")) {
            assertThat(isDirect(proxies, direct)).as(direct).isTrue();
        }
        for (String proxied :
                List.of(
                        "https://notexample.org/",
                        "https://only.below/",
                        "https://11.2.3.4/",
                        "http://port.org/")) {
            assertThat(isDirect(proxies, proxied)).as(proxied).isFalse();
        }
        assertThat(proxies.authorization(URI.create("https://x.org/"))).isEqualTo("Basic dTpw");
        assertThat(proxies.authorization(URI.create("http://x.org/"))).isEmpty();
        assertThat(isDirect(new Proxies(new ProxySettings("p:1", "p:1", "*")), "http://x/"))
                .isTrue();
    }

    @Test
    void passwordsAreNotShown() {
        for (String secret : List.of("u:s@p", "u:s%40x%2F@p", "s@p", "u:s@s@p", ":s@p")) {
            for (String scheme : List.of("", "http://")) {
                String host = scheme + secret + ":3128/";
                assertThat(new ProxySettings(host, host, "a,b").masked())
                        .as(host)
                        .extracting(ProxySettings::http, ProxySettings::https, ProxySettings::none)
                        .containsExactly(
                                scheme + "xxxxx:xxxxx@p:3128/",
                                scheme + "xxxxx:xxxxx@p:3128/",
                                "a,b");
            }
        }
        assertThat(new ProxySettings("http://p:3128", "p", "").masked())
                .isEqualTo(new ProxySettings("http://p:3128", "p", ""));
    }

    @Test
    void wrongAddressesAreNotRepeated() {
        assertThatThrownBy(() -> new Proxies(new ProxySettings("socks5://u:secret@x", "", "")))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessage("the http proxy is not an address like http://HOST:PORT");
    }

    @Test
    void registriesAreAskedThroughTheProxyWithItsPassword() throws Exception {
        List<String> requests = new CopyOnWriteArrayList<>();
        try (var proxy = new ScriptedServer()) {
            proxy.on(
                    "http://registry.invalid:5000/v2/",
                    exchange -> {
                        requests.add(exchange.header("Proxy-Authorization"));
                        exchange.answer(
                                200, "{\"tags\":[\"v1\"]}".getBytes(StandardCharsets.UTF_8));
                    });
            var settings = new ProxySettings("http://u:p@127.0.0.1:" + proxy.port(), "", "");
            var options =
                    RegistryOptions.DEFAULT
                            .withProxies(settings)
                            .withInsecure(List.of("registry.invalid:5000"));
            try (var client = new RegistryClient(options)) {
                assertThat(
                                client.repository(
                                                Reference.parse("registry.invalid:5000/app"),
                                                RegistryAuth.ANONYMOUS)
                                        .tags())
                        .containsExactly("v1");
            }
        }
        assertThat(requests).containsExactly("Basic dTpw");
    }

    @Test
    void proxyThatIsDownIsNamed() throws Exception {
        int port;
        try (var proxy = new ScriptedServer()) {
            port = proxy.port();
        }
        String address = "http://u:secret@127.0.0.1:" + port;
        var options = RegistryOptions.DEFAULT.withProxies(new ProxySettings(address, address, ""));
        try (var client = new RegistryClient(options)) {
            var repository =
                    client.repository(
                            Reference.parse("registry.invalid/app"), RegistryAuth.ANONYMOUS);
            assertThatThrownBy(repository::tags)
                    .hasMessage(
                            "Get \"https://registry.invalid/v2/\": proxyconnect tcp: dial tcp"
                                    + " 127.0.0.1:%d: connect: connection refused",
                            port);
        }
    }

    @Test
    void tunnelsForTlsAreAskedForWithThePassword() throws Exception {
        List<String> requests = new CopyOnWriteArrayList<>();
        try (var proxy = new ScriptedServer()) {
            proxy.on(
                    "registry.invalid:443",
                    exchange -> {
                        requests.add(
                                exchange.method + " " + exchange.header("Proxy-Authorization"));
                        exchange.answer(502, new byte[0]);
                    });
            var settings = new ProxySettings("", "http://u:p@127.0.0.1:" + proxy.port(), "");
            try (var client = new RegistryClient(RegistryOptions.DEFAULT.withProxies(settings))) {
                assertThatThrownBy(() ->
                                client.repository(
                                                Reference.parse("registry.invalid/app"),
                                                RegistryAuth.ANONYMOUS)
                                        .tags())
                        .isInstanceOf(java.io.IOException.class);
            }
        }
        assertThat(requests).contains("CONNECT Basic dTpw");
    }

    private static boolean isDirect(Proxies proxies, String uri) {
        return proxies.select(URI.create(uri)).equals(List.of(Proxy.NO_PROXY));
    }
}
