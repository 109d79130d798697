package jong.cli.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.cli.command.Session;
import jong.cli.flags.FlagSet;
import jong.wire.json.Json;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The bodies of create requests, compared with those that docker sends. */
final class CreateBodyTest {

    @TestFactory
    List<DynamicTest> flagsBecomeTheBodyThatDockerSends() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        String[] lines = golden().split("\n");
        for (int i = 1; i < lines.length; i += 2) {
            List<String> words = List.of(lines[i].split("\t", -1));
            String expected = lines[i + 1];
            tests.add(
                    DynamicTest.dynamicTest(
                            lines[i].replace('\t', ' '),
                            () -> assertThat(body(words)).isEqualTo(pretty(expected))));
        }
        assertThat(tests).hasSizeGreaterThan(10);
        return tests;
    }

    private static String body(List<String> words) throws IOException {
        var flags = new FlagSet(new Create().flags());
        flags.parse(words, false);
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
        var in = new ByteArrayInputStream(new byte[0]);
        try (var session = new Session(in, nowhere, nowhere, Map.of())) {
            return Json.writePretty(new CreateBody(session, flags).json(false));
        }
    }

    private static String pretty(String json) {
        return Json.writePretty(Json.parse(json));
    }

    private static String golden() throws IOException {
        try (InputStream in = CreateBodyTest.class.getResourceAsStream("create-golden.txt")) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
