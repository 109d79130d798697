package jong.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's docker-registry on a free port of the loopback, with its storage in a directory. */
final class LocalRegistry implements AutoCloseable {

    /** {@code user:secret}, as written by {@code htpasswd -nbB user secret}. */
    private static final String HTPASSWD =
            "user:$2y$05$EVoT03.1aAPvBxi.6FQupOA5npSSmIn/vqtrkk3UX/sRQsWRY/D1m\n";

    private final Process process;
    private final int port;

    private LocalRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts a registry and waits until it answers. */
    static LocalRegistry start(Path directory) {
        return start(directory, "");
    }

    /**
     * Starts a registry that knows {@code user} with the password {@code secret}, and nobody else.
     */
    static LocalRegistry startWithPassword(Path directory) {
        try {
            var file = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
            return start(directory, "auth: {htpasswd: {realm: here, path: %s}}".formatted(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LocalRegistry start(Path directory, String extra) {
        try {
            var port = freePort();
            var config = directory.resolve("config.yml");
            Files.writeString(
                    config,
                    """
                    version: 0.1
                    log: {level: error}
                    storage: {filesystem: {rootdirectory: %s}}
                    http: {addr: 127.0.0.1:%d}
                    %s
                    """
                            .formatted(directory.resolve("storage"), port, extra));
            var process =
                    new ProcessBuilder("docker-registry", "serve", config.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("log").toFile())
                            .start();
            Command.of(
                            "curl",
                            "-s",
                            "--retry",
                            "50",
                            "--retry-delay",
                            "0",
                            "--retry-max-time",
                            "30",
                            "--retry-connrefused",
                            "http://127.0.0.1:" + port + "/v2/")
                    .run()
                    .succeeded();
            return new LocalRegistry(process, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** Host and port. */
    String domain() {
        return "127.0.0.1:" + port;
    }

    /** The name under which clients find an image of this registry. */
    String name(String image) {
        return "127.0.0.1:" + port + "/" + image;
    }

    /** Puts an archive of `docker save` into the registry, by skopeo. */
    void push(Path archive, String image) {
        Command.of(
                        "skopeo",
                        "--insecure-policy",
                        "copy",
                        "--dest-tls-verify=false",
                        "docker-archive:" + archive,
                        "docker://" + name(image))
                .run()
                .succeeded();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
