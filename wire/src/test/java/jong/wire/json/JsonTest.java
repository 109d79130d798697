package jong.wire.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,2",
                "{\"a\":1,}",
                "{a:1}",
                "[1 2]",
                "{\"a\":01}",
                "nul",
                "{} x",
                "1 2",
                "\"\u0001\""
            })
    void malformedTextIsRefused(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"b\":1,\"a\":[null,true,\"x\"]} | {\"b\":1,\"a\":[null,true,\"x\"]}",
                "\"\\u003c<&>\\u2028\"               | \"<<&>\u2028\"",
                "9223372036854775807              | 9223372036854775807",
                "100.0                            | 100",
                "0.25                             | 0.25",
                "[]                               | []",
            })
    void whatIsReadIsWrittenAsGoWrites(String in, String out) {
        assertThat(Json.write(Json.parse(in))).isEqualTo(out);
    }

    @Test
    void membersAreFoundWhateverTheirCase() {
        assertThat(Json.parseObject("{\"oomkilldisable\":true}").flag("OomKillDisable")).isTrue();
    }

    @Test
    void missingAndNullReadAsZeroValues() {
        JsonObject object = Json.parseObject("{\"a\":null}");
        assertThat(object.string("a")).isEmpty();
        assertThat(object.number("b")).isZero();
        assertThat(object.strings("c")).isEmpty();
        assertThat(object.numberOrNull("a")).isNull();
        assertThat(object.containsKey("a")).isTrue();
    }

    @Test
    void aWrongTypeNamesTheMember() {
        JsonObject object = Json.parseObject("{\"Memory\":\"x\"}");
        assertThatThrownBy(() -> object.number("Memory"))
                .isInstanceOf(JsonException.class)
                .hasMessage("json: cannot unmarshal string into field Memory of type int64");
    }

    @Test
    void whatWasPutReadsAsWhatWasParsed() {
        assertThat(new JsonObject().with("n", 24).number("n")).isEqualTo(24);
    }

    @Test
    void omitEmptyLeavesZeroValuesOut() {
        var object = new JsonObject().with("a", null).withUnlessEmpty("b", List.of());
        assertThat(object).hasToString("{\"a\":null}");
    }

    @Test
    void prettyPrintingFollowsGo() {
        assertThat(Json.writePretty(Json.parse("{\"a\":[1,{}],\"b\":[]}")))
                .isEqualTo("{\n    \"a\": [\n        1,\n        {}\n    ],\n    \"b\": []\n}");
    }

    @Test
    void aSequenceGivesOneObjectAfterAnother() throws Exception {
        var in =
                new ByteArrayInputStream("{\"n\":1}\r\n{\"n\":2}".getBytes(StandardCharsets.UTF_8));
        try (var sequence = new JsonSequence(in)) {
            assertThat(sequence.next().orElseThrow().number("n")).isEqualTo(1);
            assertThat(sequence.next().orElseThrow().number("n")).isEqualTo(2);
            assertThat(sequence.next()).isEmpty();
        }
    }

    @Test
    void hostileBytesEndInAJsonException() {
        byte[] seed =
                "{\"a\":[1,-2.5e3,\"\\u00e9\",true,null,{\"b\":{}}]}"
                        .getBytes(StandardCharsets.UTF_8);
        byte[] deep = new byte[200_000];
        Arrays.fill(deep, (byte) '[');
        assertThatThrownBy(() -> Json.parse(deep)).isInstanceOf(JsonException.class);
        long randomSeed = System.nanoTime();
        var random = new Random(randomSeed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = seed.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                Json.parse(bytes);
            } catch (JsonException e) {
                assertThat(e).isNotInstanceOf(UncheckedIOException.class);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + randomSeed + " round " + round, e);
            }
        }
    }
}
