package jong.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.engine.config.DaemonOptions;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sends the requests that a dockerd 26.1.5 was sent, and expects its answers. */
@Tag("root")
class GoldenTest {

    /** What differs from engine to engine. */
    private static final List<String> OWN_HEADERS =
            List.of("server", "api-version", "date", "content-length", "builder-version");

    @TempDir Path directory;

    /** Lets the engine find the C programs where the build has put them. */
    @BeforeEach
    void installNativePrograms() throws IOException {
        Path built = Path.of("../runtime/target/native").toRealPath();
        Files.createSymbolicLink(directory.resolve("native"), built);
        System.setProperty("jong.home", directory.toString());
    }

    @AfterEach
    void forgetNativePrograms() {
        System.clearProperty("jong.home");
    }

    @Test
    void answersAreThoseOfDockerd() throws IOException {
        var options =
                DaemonOptions.parse(
                        List.of(
                                "--data-root=" + directory.resolve("data"),
                                "--exec-root=" + directory.resolve("run"),
                                "--pidfile=" + directory.resolve("pid"),
                                "--bridge=none",
                                "-Hunix://" + directory.resolve("s")));
        try (var _ = Engine.start(options)) {
            for (JsonObject expected : cases()) {
                check(expected);
            }
        }
    }

    private static List<JsonObject> cases() throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream("dockerd-26.1.5.jsonl")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), UTF_8).lines().map(Json::parseObject).toList();
        }
    }

    private void check(JsonObject expected) throws IOException {
        String name = expected.string("case");
        String answer = exchange(expected);
        int end = answer.indexOf("\r\n\r\n");
        List<String> head = new ArrayList<>(List.of(answer.substring(0, end).split("\r\n")));
        assertThat(head.removeFirst()).as(name).isEqualTo(expected.string("status"));
        Map<String, String> wanted = new TreeMap<>();
        wanted.putAll(expected.stringMap("headers"));
        Map<String, String> got = new TreeMap<>();
        head.forEach(line -> got.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
        assertThat(comparable(got)).as(name).isEqualTo(comparable(wanted));
        assertThat(neutral(answer.substring(end + 4)))
                .as(name)
                .isEqualTo(neutral(expected.string("body")));
    }

    private static Map<String, String> comparable(Map<String, String> headers) {
        Map<String, String> result = new TreeMap<>();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(java.util.Locale.ROOT);
            if (!OWN_HEADERS.contains(lower)) {
                result.put(lower, value);
            }
        });
        return result;
    }

    private String neutral(String body) {
        return body.replace(directory.resolve("data").toString(), "/var/lib/docker")
                .replaceAll("\"(CreatedAt|Created|Id)\":\"[^\"]*\"", "\"$1\":\"\"");
    }

    private String exchange(JsonObject request) throws IOException {
        Object body = request.get("request");
        byte[] bytes =
                switch (body) {
                    case null -> new byte[0];
                    case String text -> text.getBytes(UTF_8);
                    default -> Json.writeBytes(body);
                };
        String type = bytes.length == 0 ? "" : "Content-Type: application/json\r\n";
        String head =
                request.string("method")
                        + " "
                        + request.string("path")
                        + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\n"
                        + type
                        + "Content-Length: "
                        + bytes.length
                        + "\r\n\r\n";
        try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("s")))) {
            socket.write(ByteBuffer.wrap(head.getBytes(ISO_8859_1)));
            socket.write(ByteBuffer.wrap(bytes));
            var answer = new ByteArrayOutputStream();
            var buffer = ByteBuffer.allocate(8192);
            while (socket.read(buffer.clear()) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
            }
            return withoutChunks(answer.toString(UTF_8));
        }
    }

    /** An empty chunked body, the only one here, is an empty body. */
    private static String withoutChunks(String answer) {
        return answer.endsWith("\r\n\r\n0\r\n\r\n")
                ? answer.substring(0, answer.length() - "0\r\n\r\n".length())
                : answer;
    }
}
