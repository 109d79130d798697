package jong.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.oci.reference.Reference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's docker-registry with TLS, under this machine's own name: under a loopback address any
 * certificate would do.
 */
class TlsTest {

    @TempDir Path directory;

    private String host;
    private Path certificates;
    private DockerRegistry registry;
    private String domain;

    @BeforeEach
    void start() throws Exception {
        host = InetAddress.getLocalHost().getHostName();
        Certificates.selfSigned(directory, "server", host);
        Certificates.selfSigned(directory, "client", "client");
        registry =
                DockerRegistry.startTls(
                        directory,
                        "certificate: %s, key: %s, clientcas: [%s]"
                                .formatted(
                                        directory.resolve("server.crt"),
                                        directory.resolve("server.key"),
                                        directory.resolve("client.crt")));
        domain = host + ":" + registry.port();
        certificates = directory.resolve("certs.d");
        Files.createDirectories(certificates.resolve(domain));
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
    }

    @Test
    void certificatesOfUnknownAuthoritiesAreRefused() {
        assertThatThrownBy(() -> tags(RegistryOptions.DEFAULT))
                .hasMessage(
                        "Get \"https://"
                                + domain
                                + "/v2/\": tls: failed to verify certificate: x509:"
                                + " certificate signed by unknown authority");
    }

    @Test
    void dockersDirectoryOfCertificatesIsRead() throws Exception {
        copy("server.crt", "ca.crt");
        RegistryOptions options = RegistryOptions.DEFAULT.withDirectories(List.of(certificates));
        assertThatThrownBy(() -> tags(options))
                .as("the registry wants a certificate of the client")
                .isInstanceOf(java.io.IOException.class);
        copy("client.crt", "client.cert");
        assertThatThrownBy(() -> tags(options))
                .hasMessage(
                        "missing key client.key for client certificate client.cert. CA"
                                + " certificates must use the extension .crt");
        copy("client.key", "client.key");
        assertReached(options);
    }

    @Test
    void hostsFileNamesCertificatesToo() throws Exception {
        copy("server.crt", "ca.pem");
        copy("client.crt", "client.pem");
        copy("client.key", "key.pem");
        Files.writeString(
                certificates.resolve(domain).resolve("hosts.toml"),
                """
                server = "https://%s"
                ca = "ca.pem"
                client = [["client.pem", "key.pem"]]
                """
                        .formatted(domain));
        assertReached(RegistryOptions.DEFAULT.withDirectories(List.of(certificates)));
    }

    @Test
    void mirrorOfAnyRegistryIsAskedByHostsFile() throws Exception {
        copy("server.crt", "ca.pem");
        copy("client.crt", "client.pem");
        copy("client.key", "key.pem");
        Files.createDirectories(certificates.resolve("registry.invalid"));
        Files.writeString(
                certificates.resolve("registry.invalid/hosts.toml"),
                """
                server = "https://registry.invalid"

                [host."https://%s"]
                capabilities = ["pull", "resolve"]
                ca = "../%s/ca.pem"
                client = [["../%s/client.pem", "../%s/key.pem"]]
                """
                        .formatted(domain, domain, domain, domain));
        RegistryOptions options = RegistryOptions.DEFAULT.withDirectories(List.of(certificates));
        try (var client = new RegistryClient(options)) {
            var reference = Reference.parse("registry.invalid/app:v1");
            assertThatThrownBy(() ->
                            client.repository(reference, RegistryAuth.ANONYMOUS).resolve("v1"))
                    .as("the mirror has no such image, so the server is asked")
                    .hasMessageContaining("lookup registry.invalid");
        }
        assertThat(Files.readString(directory.resolve("registry.log")))
                .as("the mirror was asked")
                .contains("/v2/app/manifests/v1?ns=registry.invalid");
    }

    private void copy(String from, String to) throws Exception {
        Files.copy(directory.resolve(from), certificates.resolve(domain).resolve(to));
    }

    /** The registry is empty: that it says so is all that is wanted. */
    private void assertReached(RegistryOptions options) {
        assertThatThrownBy(() -> tags(options)).hasMessageContaining("name unknown");
    }

    private List<String> tags(RegistryOptions options) throws Exception {
        try (var client = new RegistryClient(options)) {
            var reference = Reference.parse(domain + "/app");
            return client.repository(reference, RegistryAuth.ANONYMOUS).tags();
        }
    }
}
