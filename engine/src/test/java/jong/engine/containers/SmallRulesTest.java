package jong.engine.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallRulesTest {

    @ParameterizedTest
    @CsvSource({
        "TERM,15",
        "SIGTERM,15",
        "sigterm,15",
        "9,9",
        "KILL,9",
        "RTMIN,34",
        "RTMIN+3,37",
        "SIGRTMAX-1,63",
        "64,64",
        "USR1,10"
    })
    void signalsAreReadByNameAndNumber(String text, int number) {
        assertThat(Signals.parse(text)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"FOO", "0", "65", "-1", "RTMIN+99", "''"})
    void unknownSignalsAreRefusedWithDockersText(String text) {
        assertThatThrownBy(() -> Signals.parse(text)).hasMessage("invalid signal: " + text);
    }

    @Test
    void namesFollowDockersRule() {
        assertThat(ContainerNames.check("/web-1.a_b")).isEqualTo("web-1.a_b");
        for (String bad : List.of("-bad", "a", "", "a b", "/", "x/y", "\u00e4b")) {
            assertThatThrownBy(() -> ContainerNames.check(bad))
                    .hasMessage(
                            "Invalid container name ("
                                    + bad
                                    + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
    }

    @Test
    void randomNamesAreFreeAndValid() {
        Set<String> taken = new HashSet<>();
        var random = new Random(7);
        for (int i = 0; i < 6000; i++) {
            String name = ContainerNames.random(random, taken::contains);
            assertThat(ContainerNames.check(name)).isEqualTo(name);
            assertThat(taken.add(name)).isTrue();
        }
    }

    @Test
    void timesAreWrittenAsGoWritesThem() {
        assertThat(GoTime.format(null)).isEqualTo("0001-01-01T00:00:00Z");
        for (String text :
                List.of(
                        "2026-11-21T23:37:07.70715995Z",
                        "2026-11-21T23:37:06.951508435Z",
                        "2026-11-21T23:37:06Z",
                        "2026-11-21T23:37:06.000000001Z")) {
            assertThat(GoTime.format(Instant.parse(text))).isEqualTo(text);
            assertThat(GoTime.parse(text)).isEqualTo(Instant.parse(text));
        }
        assertThat(GoTime.parse(GoTime.ZERO)).isNull();
    }

    @Test
    void restartDelayDoublesUpToAMinuteAndBeginsAnewAfterAGoodRun() {
        Duration delay = Duration.ZERO;
        for (long millis : List.of(100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200)) {
            delay = RestartRule.nextDelay(delay, Duration.ZERO);
            assertThat(delay.toMillis()).isEqualTo(millis);
        }
        delay = RestartRule.nextDelay(delay, Duration.ZERO);
        assertThat(delay).isEqualTo(Duration.ofMinutes(1));
        assertThat(RestartRule.nextDelay(delay, Duration.ofSeconds(10)).toMillis()).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({
        "no,0,1,false,0,false",
        "always,0,0,false,9,true",
        "always,0,0,true,0,false",
        "unless-stopped,0,1,false,0,true",
        "on-failure,0,0,false,0,false",
        "on-failure,0,1,false,99,true",
        "on-failure,2,1,false,1,true",
        "on-failure,2,1,false,2,false",
        "on-failure,2,1,true,0,false"
    })
    void restartPolicies(
            String policy, int maximum, int code, boolean stopped, int restarts, boolean again) {
        JsonObject json =
                new JsonObject()
                        .with(
                                "RestartPolicy",
                                new JsonObject()
                                        .with("Name", policy)
                                        .with("MaximumRetryCount", (long) maximum));
        assertThat(RestartRule.restarts(new HostConfig(json), code, stopped, restarts))
                .isEqualTo(again);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // own entrypoint | own cmd | image entrypoint | image cmd | what runs
                "null|null|null|[\"a\"]|[\"a\"]",
                "null|[\"x\"]|null|[\"a\"]|[\"x\"]",
                "null|[\"x\"]|[\"e\"]|[\"a\"]|[\"e\",\"x\"]",
                "null|null|[\"e\"]|[\"a\"]|[\"e\",\"a\"]",
                "[\"o\"]|null|[\"e\"]|[\"a\"]|[\"o\"]",
                "[\"o\"]|[\"x\"]|[\"e\"]|[\"a\"]|[\"o\",\"x\"]",
                "[\"\"]|[\"x\"]|[\"e\"]|[\"a\"]|[\"x\"]",
                "[]|[\"x\"]|[\"e\"]|[\"a\"]|[\"x\"]",
                "[]|null|[\"e\"]|[\"a\"]|[\"a\"]"
            })
    void entrypointAndCommandMergeAsInDocker(
            String entrypoint, String cmd, String imageEntrypoint, String imageCmd, String words) {
        var own = new JsonObject().with("Entrypoint", Json.parse(entrypoint));
        own.with("Cmd", Json.parse(cmd));
        var image = new JsonObject().with("Entrypoint", Json.parse(imageEntrypoint));
        image.with("Cmd", Json.parse(imageCmd));
        ContainerConfig merged = ImageDefaults.merge(new ContainerConfig(own), image);
        assertThat(Json.write(ImageDefaults.words(merged))).isEqualTo(words);
    }

    @Test
    void nothingToRunIsRefused() {
        var empty = new ContainerConfig(new JsonObject());
        assertThatThrownBy(() -> ImageDefaults.merge(empty, new JsonObject()))
                .hasMessage("no command specified");
    }

    @Test
    void lengthsOfTimeAreWrittenAsInGo() {
        for (var row :
                Map.of(
                                0L, "0s",
                                15L, "15ns",
                                1_500L, "1.5\u00b5s",
                                500_000_000L, "500ms",
                                30_000_000_000L, "30s",
                                60_000_000_000L, "1m0s",
                                3_690_500_000_000L, "1h1m30.5s")
                        .entrySet()) {
            assertThat(GoTime.length(Duration.ofNanos(row.getKey()))).isEqualTo(row.getValue());
        }
    }

    @Test
    void topKeepsOnlyTheContainersProcesses() {
        List<String> lines =
                List.of(
                        "UID          PID    PPID  C STIME TTY          TIME CMD",
                        "root           1       0  0 02:00 ?        00:00:01 /sbin/init splash",
                        "root        2819       1  3 23:37 ?        00:00:00 sleep 60");
        assertThat(Json.write(Top.parse(lines, Set.of("2819"))))
                .isEqualTo(
                        "{\"Processes\":[[\"root\",\"2819\",\"1\",\"3\",\"23:37\",\"?\",\"00:00:00\","
                                + "\"sleep 60\"]],\"Titles\":[\"UID\",\"PID\",\"PPID\",\"C\",\"STIME\","
                                + "\"TTY\",\"TIME\",\"CMD\"]}");
        assertThatThrownBy(() -> Top.parse(List.of("CMD", "init"), Set.of()))
                .hasMessage("Couldn't find PID field in ps output");
    }

    @ParameterizedTest
    @CsvSource({"10m,10485760", "1.5g,1610612736", "100,100", "1kb,1024", "2MiB,2097152"})
    void logSizesAreMultiplesOf1024(String text, long bytes) {
        assertThat(LogOptions.bytes(text)).isEqualTo(bytes);
    }
}
