package jong.manager.gc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.manager.gc.DiskWatch.Gauge;
import jong.manager.gc.DiskWatch.Step;
import org.junit.jupiter.api.Test;

class DiskWatchTest {

    private final List<String> taken = new ArrayList<>();
    private int percent = 97;

    /** Takes so many steps of one percent each. */
    private Step step(String name, int times) {
        int[] left = {times};
        return () -> {
            if (left[0]-- <= 0) {
                return "";
            }
            taken.add(name);
            percent--;
            return name;
        };
    }

    @Test
    void stepsAreTakenInTheirOrderUntilThereIsRoom() throws IOException {
        DiskWatch.look(() -> percent, 93, List.of(step("harmless", 2), step("other", 9)));
        assertThat(taken).containsExactly("harmless", "harmless", "other", "other");
    }

    @Test
    void nothingIsRemovedBelowTheThresholdOrWithoutOne() throws IOException {
        DiskWatch.look(() -> percent, 97, List.of(step("a", 9)));
        DiskWatch.look(() -> percent, 0, List.of(step("a", 9)));
        assertThat(taken).isEmpty();
    }

    @Test
    void itEndsWhereNothingHelps() throws IOException {
        DiskWatch.look(() -> percent, 10, List.of(step("a", 1), step("b", 1)));
        assertThat(taken).containsExactly("a", "b");
    }

    @Test
    void gaugeAgreesWithDf() throws Exception {
        Process df = new ProcessBuilder("df", "--output=pcent", "/").start();
        String last =
                new String(df.getInputStream().readAllBytes(), US_ASCII).lines().toList().getLast();
        int expected = Integer.parseInt(last.strip().replace("%", ""));
        // Others write to the disk meanwhile.
        assertThat(Gauge.of(Path.of("/")).percent()).isBetween(expected - 1, expected + 1);
    }
}
