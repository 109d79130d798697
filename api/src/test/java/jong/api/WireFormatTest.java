package jong.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import jong.wire.json.Json;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Test;

/** What client and daemon must agree on byte by byte. */
final class WireFormatTest {

    @Test
    void versionsAreComparedAsNumbers() {
        assertThat(ApiVersion.parse("1.9")).isLessThan(ApiVersion.parse("1.44"));
        assertThat(ApiVersion.parse("1.44").atLeast(44)).isTrue();
        assertThat(ApiVersion.parse("1.43").atLeast(44)).isFalse();
        assertThat(ApiVersion.parse("1.44")).hasToString("1.44");
        assertThatThrownBy(() -> ApiVersion.parse("1.x")).hasMessage("invalid API version \"1.x\"");
    }

    @Test
    void filtersAreReadInBothForms() {
        var expected = new Filters(java.util.Map.of("label", List.of("a", "b=c")));
        assertThat(Filters.decode("{\"label\":[\"a\",\"b=c\"]}")).isEqualTo(expected);
        assertThat(Filters.decode("{\"label\":{\"a\":true,\"b=c\":true}}")).isEqualTo(expected);
        assertThat(expected.encode()).isEqualTo("{\"label\":{\"a\":true,\"b=c\":true}}");
        assertThat(Filters.decode("")).isEqualTo(Filters.NONE);
        for (String bad : List.of("x", "[]", "{\"a\":3}", "{\"a\":[1]}")) {
            assertThatThrownBy(() -> Filters.decode(bad))
                    .isInstanceOf(StatusException.InvalidArgument.class)
                    .hasMessage("invalid filter");
        }
    }

    @Test
    void framesComeApartAsTheyWerePutTogether() throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(StdStream.STDOUT.header(70_000));
        bytes.write(new byte[70_000]);
        bytes.write(StdStream.STDERR.header(2));
        bytes.write('e');
        bytes.write('!');
        var frames = new FrameReader(new ByteArrayInputStream(bytes.toByteArray()));
        var out = new ByteArrayOutputStream();
        assertThat(frames.next()).isTrue();
        frames.copyTo(out);
        assertThat(out.size()).isEqualTo(70_000);
        assertThat(frames.next()).isTrue();
        assertThat(frames.stream()).isEqualTo(StdStream.STDERR);
        assertThat(frames.remaining()).isEqualTo(2);
        assertThat(frames.next()).isFalse();
    }

    @Test
    void aTornOrForeignFrameIsAnError() {
        byte[] torn = {1, 0, 0, 0, 0};
        assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(torn)).next())
                .isInstanceOf(EOFException.class);
        byte[] foreign = "HTTP/1.1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(foreign)).next())
                .isInstanceOf(IOException.class)
                .hasMessage("Unrecognized input header: 72");
    }

    @Test
    void aCreateRequestReadsNullAndStringsAsDockerDoes() {
        var request =
                new CreateRequest(
                        Json.parseObject(
                                """
                                {"Image":"busybox","Cmd":"true","Entrypoint":null,
                                 "ExposedPorts":{"80/tcp":{}},
                                 "HostConfig":{"Memory":4096,"PidsLimit":null,
                                  "PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]}},
                                 "NetworkingConfig":{"EndpointsConfig":{"n":
                                  {"IPAMConfig":{"IPv4Address":"10.0.0.2"}}}}}
                                """));
        assertThat(request.config().cmd()).containsExactly("true");
        assertThat(request.config().entrypoint()).isNull();
        assertThat(request.config().exposedPorts()).containsExactly("80/tcp");
        var host = request.hostConfig();
        assertThat(host.resources().memory()).isEqualTo(4096);
        assertThat(host.resources().pidsLimit()).isNull();
        assertThat(host.portBindings().get(new Port(80, "tcp")).getFirst().hostPort())
                .isEqualTo("8080");
        assertThat(request.networkingConfig().endpoints().get("n").requestedIpv4())
                .isEqualTo("10.0.0.2");
    }

    @Test
    void portsOutsideTheRangeAreRefused() {
        assertThat(Port.parse("53/UDP")).isEqualTo(new Port(53, "udp"));
        for (String bad : List.of("65536", "-1", "x", "80/icmp", "")) {
            assertThatThrownBy(() -> Port.parse(bad))
                    .isInstanceOf(StatusException.InvalidArgument.class);
        }
    }
}
