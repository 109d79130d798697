package jong.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** The training must work wherever Jong is built: without a daemon and without root. */
final class TrainingTest {

    @Test
    void everyTrainedCommandEndsWell() {
        assertThatCode(Training::run).doesNotThrowAnyException();
    }
}
