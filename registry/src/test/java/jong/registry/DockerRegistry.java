package jong.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The docker-registry of Debian on a free port of loopback, with its files in a directory. */
final class DockerRegistry implements AutoCloseable {

    private static final String PROGRAM = "/usr/bin/docker-registry";

    private final Process process;
    private final int port;

    private DockerRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it and waits until it takes connections.
     *
     * @param extra further lines of its configuration, such as {@code auth:}
     */
    static DockerRegistry start(Path directory, String extra) throws Exception {
        return start(directory, "127.0.0.1", "", extra);
    }

    /**
     * Starts it with TLS, on all addresses, and with a log of all requests.
     *
     * @param tls the content of its configuration's {@code tls:}
     */
    static DockerRegistry startTls(Path directory, String tls) throws Exception {
        return start(directory, "", ", tls: {" + tls + "}", "");
    }

    private static DockerRegistry start(Path directory, String host, String http, String extra)
            throws Exception {
        int port = freePort();
        Path config = directory.resolve("registry.yml");
        Files.writeString(
                config,
                """
                version: 0.1
                log: {level: error, accesslog: {disabled: false}}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s:%d"%s}
                %s
                """
                        .formatted(directory.resolve("data"), host, port, http, extra));
        Process process =
                new ProcessBuilder(PROGRAM, "serve", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("registry.log").toFile())
                        .start();
        var registry = new DockerRegistry(process, port);
        registry.awaitReady();
        return registry;
    }

    /** Host and port, the domain of image names. */
    String domain() {
        return "127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    /** Pushes an OCI layout by skopeo. */
    void push(Path layout, String name, String... options) throws Exception {
        var command = new java.util.ArrayList<String>();
        command.add("skopeo");
        command.add("copy");
        command.add("-q");
        command.add("--insecure-policy");
        command.add("--dest-tls-verify=false");
        command.addAll(java.util.List.of(options));
        command.add("oci:" + layout);
        command.add("docker://" + domain() + "/" + name);
        Process skopeo = new ProcessBuilder(command).inheritIO().start();
        assertThat(skopeo.waitFor()).as(String.join(" ", command)).isZero();
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private void awaitReady() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (var _ = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                return;
            } catch (IOException _) {
                assertThat(process.isAlive()).as("docker-registry runs").isTrue();
                Thread.sleep(50);
            }
        }
        throw new IllegalStateException("docker-registry does not answer");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
