package jong.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChallengeTest {

    @Test
    void challengesAreParsed() {
        assertThat(
                        Challenge.parse(
                                "Basic realm=\"a, b=\\\"c\\\"\", Bearer realm=\"https://x/t\","
                                        + "service=y,  scope=\"a:b:c d:e:f\""))
                .containsExactly(
                        new Challenge("basic", Map.of("realm", "a, b=\"c\"")),
                        new Challenge(
                                "bearer",
                                Map.of(
                                        "realm", "https://x/t",
                                        "service", "y",
                                        "scope", "a:b:c d:e:f")));
        long seed = System.nanoTime();
        var random = new Random(seed);
        String alphabet = "Basic realm=\",\\ bB\t";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(60); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(Challenge.parse(text.toString())).as("seed %d", seed).isNotNull();
        }
    }
}
