package jong.runtime.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ContainerCgroupsTest {

    @Test
    void hierarchiesInWhichAnOrdinaryUserCouldMakeNoneAreNotJoined() throws IOException {
        ContainerCgroups cgroups = ContainerCgroups.detect();
        assumeThat(cgroups.unified()).isFalse();
        String path = "/jong-test-that-nobody-made";
        assertThat(cgroups.of(path).placement().joinFiles()).isNotEmpty();
        assertThat(cgroups.existing(path).placement().joinFiles()).isEmpty();
        assertThat(cgroups.existing(path).frozen()).isFalse();
        assertThat(cgroups.existing(path).path()).isEqualTo(path);
    }
}
