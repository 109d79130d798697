package jong.engine.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What dockerd 26.1.5 takes for a time in a filter, and what it refuses. */
class TimeFilterTest {

    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    @ParameterizedTest
    @CsvSource({
        "1h, PT1H",
        "1.5h, PT1H30M",
        "1h30m, PT1H30M",
        "500ms, PT0.5S",
        "10us, PT0.00001S",
        "1ns, PT0.000000001S",
        ".5h, PT30M",
        "5.h, PT5H",
        "+5m, PT5M",
        "-1h, PT-1H",
        "0, PT0S",
    })
    void spansAreBeforeNow(String text, Duration span) {
        assertThat(TimeFilter.parse(text, NOW)).isEqualTo(NOW.minus(span));
    }

    @ParameterizedTest
    @CsvSource({
        "2024-01-02T03:04:05Z, 2024-01-02T03:04:05Z",
        "2024-01-02T03:04:05.25Z, 2024-01-02T03:04:05.25Z",
        "'2024-01-02T03:04:05,25Z', 2024-01-02T03:04:05.25Z",
        "2024-01-02T03:04:05+01:00, 2024-01-02T02:04:05Z",
        "2024-01-02T03:04Z, 2024-01-02T03:04:00Z",
        "2024-01-02Z, 2024-01-02T00:00:00Z",
        "2024-01-02-07:00, 2024-01-02T07:00:00Z",
        "1700000000, 2023-11-14T22:13:20Z",
        "1700000000.5, 2023-11-14T22:13:20.5Z",
        "2024, 1970-01-01T00:33:44Z",
    })
    void timesAreWhatTheySay(String text, Instant time) {
        assertThat(TimeFilter.parse(text, NOW)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "2024-01-02, 2024-01-02T00:00:00",
        "2024-01-02T03, 2024-01-02T03:00:00",
        "2024-01-02T03:04, 2024-01-02T03:04:00",
        "2024-01-02T03:04:05, 2024-01-02T03:04:05",
        "2024-01-02T03:04:05.5, 2024-01-02T03:04:05.5",
    })
    void timesWithoutAZoneAreOfThisHost(String text, LocalDateTime time) {
        assertThat(TimeFilter.parse(text, NOW))
                .isEqualTo(time.atZone(ZoneId.systemDefault()).toInstant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "foo",
                "h",
                "1d",
                "1h1",
                "1h 30m",
                "2024-1-1",
                "2024-01",
                "2024-02-30",
                "2024-01-01T24:00",
                "2024-01-01T00:00:00-0700",
                "99999999999999999h",
                "99999999999999999999",
                "-5",
                "1700000000.1234567890"
            })
    void whatMeansNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> TimeFilter.parse(text, NOW))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage("failed to parse value as time or duration: \"" + text + "\"");
    }

    @Test
    void spansBeyondTimeAreRefused() {
        assertThatThrownBy(() -> TimeFilter.parse("1h", Instant.MIN))
                .isInstanceOf(InvalidArgument.class);
    }
}
