package jong.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import jong.cli.command.Session;

/**
 * Walks through the common commands against a daemon inside this process that answers with fixed
 * texts, so that the JVM's cache of classes learns what a start needs. No daemon, no root.
 */
final class Training {

    private static final String CONTAINERS =
            """
            [{"Id":"4d5f37f7ee8552c8e8a29806577b3d57b1ea84f22c0c1752f12378ee108faebf",
            "Names":["/web"],"Image":"nginx","ImageID":"sha256:1","Command":"nginx","Created":1,
            "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
            {"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}],"Labels":{"a":"b"},
            "State":"running","Status":"Up 2 minutes","Mounts":[],
            "NetworkSettings":{"Networks":{"bridge":{}}}}]
            """;

    private static final String IMAGES =
            """
            [{"Id":"sha256:4d5f37f7ee85","RepoTags":["nginx:latest"],"Created":1,"Size":1048576}]
            """;

    private static final List<List<String>> COMMANDS =
            List.of(
                    List.of("ps"),
                    List.of("ps", "-a", "-f", "name=web", "--format", "{{.ID}} {{json .}}"),
                    List.of("images"),
                    List.of("run", "--rm", "-e", "A=b", "-p", "80:80", "nginx", "true"),
                    List.of("run", "-d", "nginx"),
                    List.of("exec", "web", "true"),
                    List.of("logs", "web"),
                    List.of("inspect", "-f", "{{.Id}}", "web"),
                    List.of("stop", "web"),
                    List.of("rm", "-f", "web"));

    private Training() {}

    static void run() throws IOException {
        Path directory = Files.createTempDirectory("jong-train");
        Path socket = directory.resolve("s");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofPlatform().daemon().start(() -> serve(server));
            for (List<String> command : COMMANDS) {
                train(socket, command);
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
        }
    }

    private static void train(Path socket, List<String> command) throws IOException {
        var environment = new HashMap<>(System.getenv());
        environment.put("DOCKER_HOST", "unix://" + socket);
        environment.put("DOCKER_CONFIG", "/nonexistent");
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
        var errors = new ByteArrayOutputStream();
        var err = new PrintStream(errors, false, UTF_8);
        var in = new ByteArrayInputStream(new byte[0]);
        int code;
        try (var session = new Session(in, nowhere, err, environment)) {
            code = new Cli(session).run(command);
        }
        if (code != 0) {
            throw new IllegalStateException(
                    command + " ended with " + code + ": " + errors.toString(UTF_8));
        }
    }

    private static void serve(ServerSocketChannel server) {
        while (true) {
            try {
                SocketChannel channel = server.accept();
                Thread.ofPlatform().daemon().start(() -> answerAll(channel));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answerAll(SocketChannel channel) {
        try (channel;
                InputStream in = Channels.newInputStream(channel);
                OutputStream out = Channels.newOutputStream(channel)) {
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                in.skipNBytes(length(head));
                out.write(answer(head).getBytes(UTF_8));
                if (head.contains("Upgrade: tcp")) {
                    return;
                }
            }
        } catch (IOException e) {
            // The command has ended and closed its side.
            assert e != null;
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                return "";
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private static int length(String head) {
        int at = head.indexOf("Content-Length: ");
        return at < 0 ? 0 : Integer.parseInt(head, at + 16, head.indexOf("\r", at), 10);
    }

    private static String answer(String head) {
        String path = head.substring(0, head.indexOf(" HTTP/"));
        if (head.contains("Upgrade: tcp")) {
            return "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
        }
        String body =
                path.contains("/containers/json")
                        ? CONTAINERS
                        : path.contains("/images/json")
                                ? IMAGES
                                : path.contains("/logs") ? "" : "{\"Id\":\"web\",\"StatusCode\":0}";
        boolean ping = path.startsWith("HEAD");
        return "HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + (ping ? 0 : body.length())
                + "\r\n\r\n"
                + (ping ? "" : body);
    }
}
