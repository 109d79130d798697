package jong.engine.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import jong.engine.containers.ContainerState.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTextTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    /** The words of docker's go-units. */
    @ParameterizedTest
    @CsvSource({
        "PT0.9S,Less than a second",
        "PT1S,1 second",
        "PT59S,59 seconds",
        "PT60S,About a minute",
        "PT119S,About a minute",
        "PT2M,2 minutes",
        "PT59M59S,59 minutes",
        "PT60M,About an hour",
        "PT89M,About an hour",
        "PT90M,2 hours",
        "PT47H,47 hours",
        "PT48H,2 days",
        "P13D,13 days",
        "P14D,2 weeks",
        "P59D,8 weeks",
        "P60D,2 months",
        "P729D,24 months",
        "P730D,2 years"
    })
    void durationsAreRoughAsInDocker(Duration duration, String text) {
        assertThat(StatusText.human(duration)).isEqualTo(text);
    }

    @Test
    void statesAreTold() {
        Instant before = NOW.minusSeconds(5);
        ContainerState running = ContainerState.CREATED.started(7, before);
        assertThat(StatusText.of(ContainerState.CREATED, "", NOW)).isEqualTo("Created");
        assertThat(StatusText.of(running, "", NOW)).isEqualTo("Up 5 seconds");
        assertThat(StatusText.of(running, "healthy", NOW)).isEqualTo("Up 5 seconds (healthy)");
        assertThat(StatusText.of(running, "starting", NOW))
                .isEqualTo("Up 5 seconds (health: starting)");
        assertThat(StatusText.of(running.with(Status.PAUSED), "", NOW))
                .isEqualTo("Up 5 seconds (Paused)");
        assertThat(StatusText.of(running.ended(Status.EXITED, 137, false, before), "", NOW))
                .isEqualTo("Exited (137) 5 seconds ago");
        assertThat(StatusText.of(running.ended(Status.RESTARTING, 1, false, before), "", NOW))
                .isEqualTo("Restarting (1) 5 seconds ago");
    }
}
