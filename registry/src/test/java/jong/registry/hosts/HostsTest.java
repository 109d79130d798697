package jong.registry.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsTest {

    @TempDir Path directory;

    @Test
    void registriesAreAskedByTlsAndInsecureOnesByPlainHttpToo() {
        assertThat(bases("reg.example:5000", Capability.PULL))
                .containsExactly("https://reg.example:5000/v2");
        assertThat(bases("docker.io", Capability.PUSH))
                .containsExactly("https://registry-1.docker.io/v2");
        assertThat(bases("localhost:5000", Capability.PUSH))
                .containsExactly("https://localhost:5000/v2", "http://localhost:5000/v2");
    }

    @Test
    void mirrorsOfTheHubGiveOnly() {
        var hosts = hosts("https://mirror.example/");
        assertThat(hosts.of("docker.io", Capability.RESOLVE))
                .extracting(endpoint -> endpoint.base().toString())
                .containsExactly("https://mirror.example/v2", "https://registry-1.docker.io/v2");
        assertThat(hosts.of("docker.io", Capability.PUSH)).hasSize(1);
        assertThat(hosts.of("reg.example", Capability.PULL)).hasSize(1);
    }

    @Test
    void mirrorsThatAreNoUrlsAreRefusedAtOnce() {
        assertThatThrownBy(() -> hosts("ftp://mirror.example"))
                .hasMessage(
                        "invalid mirror: unsupported scheme \"ftp\" in \"ftp://mirror.example\"");
        assertThatThrownBy(() -> hosts("https://a b"))
                .hasMessage("invalid mirror: \"https://a b\" is not a valid URI");
    }

    @Test
    void hostsFileIsReadInItsOrder() throws IOException {
        write(
                "reg.example:5000",
                """
                server = "https://reg.example:5000"

                [host."http://zz.example:1"]
                  capabilities = ["pull", "resolve"]
                  dial_timeout = "3s"
                  [host."http://zz.example:1".header]
                    x-one = "1"
                    x-two = ["a", "b"]

                [host."https://aa.example/some/path"]
                  override_path = true
                  skip_verify = true
                  ca = ["one.crt", "/two.crt"]
                  client = "both.pem"
                  capabilities = ["pull"]

                [host."bb.example/more"]
                """);
        List<Endpoint> endpoints = hosts().of("reg.example:5000", Capability.PULL);
        assertThat(endpoints)
                .extracting(endpoint -> endpoint.base().toString())
                .containsExactly(
                        "http://zz.example:1/v2",
                        "https://aa.example/some/path",
                        "https://bb.example/more/v2",
                        "https://reg.example:5000/v2");
        Endpoint first = endpoints.get(0);
        assertThat(first.mirror()).isTrue();
        assertThat(first.headers())
                .isEqualTo(Map.of("x-one", List.of("1"), "x-two", List.of("a", "b")));
        assertThat(first.dialTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(first.resource("app", "manifests/v1"))
                .isEqualTo(
                        URI.create("http://zz.example:1/v2/app/manifests/v1?ns=reg.example:5000"));
        TlsSettings tls = endpoints.get(1).tls();
        Path own = directory.resolve("reg.example:5000");
        assertThat(tls.verified()).isFalse();
        assertThat(tls.authorities()).containsExactly(own.resolve("one.crt"), Path.of("/two.crt"));
        assertThat(tls.identities())
                .containsExactly(
                        new TlsSettings.Identity(own.resolve("both.pem"), own.resolve("both.pem")));
        assertThat(endpoints.get(2).capabilities()).isEqualTo(Set.of(Capability.values()));
        assertThat(endpoints.get(3).mirror()).isFalse();
        assertThat(bases("reg.example:5000", Capability.RESOLVE)).hasSize(3);
    }

    @Test
    void changedFilesAreReadAgainAndTheDefaultHoldsForTheRest() throws IOException {
        var hosts = hosts();
        Path file = write("_default", "[host.\"https://one.example\"]\n");
        assertThat(hosts.of("reg.example", Capability.PULL))
                .extracting(Endpoint::base)
                .containsExactly(
                        URI.create("https://one.example/v2"), URI.create("https://reg.example/v2"));
        write("_default", "server = \"https://two.example\"\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(hosts.of("reg.example", Capability.PULL))
                .extracting(Endpoint::base)
                .containsExactly(URI.create("https://two.example/v2"));
        write("host_5000_", "server = \"https://three.example\"\n");
        assertThat(hosts.of("host:5000", Capability.PULL)).hasSize(1);
    }

    @Test
    void fileOfMirrorsAloneLeavesTheRegistryAsItIs() throws IOException {
        write("_default", "[host.\"https://cache.example\"]\ncapabilities = [\"pull\"]\n");
        assertThat(bases("localhost:5000", Capability.PULL))
                .containsExactly(
                        "https://cache.example/v2",
                        "https://localhost:5000/v2",
                        "http://localhost:5000/v2");
        assertThat(bases("localhost:5000", Capability.PUSH))
                .containsExactly("https://localhost:5000/v2", "http://localhost:5000/v2");
        write("localhost:5000", "skip_verify = false\n");
        assertThat(bases("localhost:5000", Capability.PULL))
                .containsExactly("https://localhost:5000/v2");
    }

    @Test
    void timesAreThoseOfGoAndCapabilitiesThoseOfContainerd() throws IOException {
        write(
                "reg.example",
                "server = \"https://x\"\ncapabilities = [\"referrers\"]\n"
                        + "dial_timeout = \"1h2m3s4ms\"");
        assertThat(hosts().of("reg.example", Capability.REFERRERS))
                .extracting(Endpoint::dialTimeout)
                .containsExactly(Duration.ofMillis(3_723_004));
    }

    @Test
    void wrongFilesAreToldWithTheirPlace() throws IOException {
        for (String wrong :
                List.of(
                        "server = 'x",
                        "[host.\"ftp:/x y\"]",
                        "[host.\"https://x\"]\ncapabilities = [\"fly\"]",
                        "[host.\"https://x\"]\ndial_timeout = \"soon\"",
                        "[host.\"https://x\"]\ndial_timeout = \"\"",
                        "[host.\"https://x\".header]\nHost = \"y\"",
                        "[host.\"https://x\".header]\nx-secret = 5")) {
            Path file = write("reg.example", wrong);
            assertThatThrownBy(() -> hosts().of("reg.example", Capability.PULL))
                    .as(wrong)
                    .isInstanceOf(StatusException.Internal.class)
                    .hasMessageStartingWith("cannot use " + file + ": ");
        }
        write("reg.example", "capabilities = [\"pull\"]");
        assertThatThrownBy(() -> hosts().of("reg.example", Capability.PUSH))
                .hasMessage("no host of registry reg.example is configured for PUSH");
    }

    @Test
    void randomFilesEndInEndpointsOrAnError() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        String alphabet = "[]\"'=.#\n \thost server ca client 0a{},https://";
        for (int i = 0; i < 300; i++) {
            var text = new StringBuilder("[host.\"https://x\"]\n");
            for (int length = random.nextInt(60); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            write("reg.example", text.toString());
            try {
                assertThat(hosts().of("reg.example", Capability.PULL)).isNotEmpty();
            } catch (StatusException.Internal e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("hosts.toml");
            }
        }
    }

    @Test
    void addressesOfUsersAreDomains() {
        assertThat(Hosts.domain("https://index.docker.io/v1/")).isEqualTo("docker.io");
        assertThat(Hosts.domain("")).isEqualTo("docker.io");
        assertThat(Hosts.domain("http://reg:5000/v1/")).isEqualTo("reg:5000");
        assertThatThrownBy(() -> Hosts.domain(".."))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessage("invalid registry address ..");
    }

    private Hosts hosts(String... mirrors) {
        return new Hosts(List.of(mirrors), new InsecureRegistries(List.of()), List.of(directory));
    }

    private List<String> bases(String domain, Capability wanted) {
        return hosts().of(domain, wanted).stream().map(e -> e.base().toString()).toList();
    }

    private Path write(String domain, String text) throws IOException {
        Path own = Files.createDirectories(directory.resolve(domain));
        return Files.writeString(own.resolve("hosts.toml"), text);
    }
}
