package jong.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;

final class PlanTest {

    @Test
    void whatIsWrittenIsRead() {
        Plan plan = sample();
        assertThat(Plan.decode(plan.encode()).toString()).isEqualTo(plan.toString());
    }

    @Test
    void theHeaderHoldsVersionLengthAndCountInLittleEndian() {
        byte[] bytes = new Plan(List.of(new Operation(OpCode.SETSID, List.of()))).encode();
        assertThat(bytes)
                .containsExactly(
                        'J', 'O', 'N', 'G', 'P', 'L', 'A', 'N', 1, 0, 0, 0, 28, 0, 0, 0, 1, 0, 0, 0,
                        26, 0, 2, 0, 0, 0, 0, 0);
    }

    @Test
    void everyShorterOrLongerPlanIsRefused() {
        byte[] bytes = sample().encode();
        for (int length = 0; length < bytes.length; length++) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            assertThatIllegalArgumentException().isThrownBy(() -> Plan.decode(shorter));
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatIllegalArgumentException().isThrownBy(() -> Plan.decode(longer));
    }

    @Test
    void noChangedByteBreaksTheReader() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] bytes = sample().encode();
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = bytes.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            try {
                Plan read = Plan.decode(changed);
                String again = Plan.decode(read.encode()).toString();
                assertThat(again).as("seed %d", seed).isEqualTo(read.toString());
            } catch (IllegalArgumentException expected) {
                assertThat(expected).as("seed %d", seed).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void operandsMustFitTheFields() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Operation(OpCode.UMASK, List.of("022")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Operation(OpCode.MASK_PATHS, List.of(List.of(1))));
    }

    @Test
    void aNulInsideATextIsTheCallersFault() {
        var builder = new Plan.Builder();
        assertThatThrownBy(() -> builder.add(OpCode.MASK_PATHS, List.of("/a", "/b\0c")))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage("MASK_PATHS: NUL byte in \"/b\\0c\"");
    }

    private static Plan sample() {
        var builder = new Plan.Builder();
        builder.add(OpCode.CLONE, 0x6c02_0000L);
        builder.add(OpCode.CGROUP_JOIN, List.of("/a/cgroup.procs", ""));
        builder.add(OpCode.OOM_SCORE_ADJ, -999);
        builder.add(OpCode.USER_IDS, 1, -2, List.of(3, 4), 0);
        builder.add(OpCode.SECCOMP, 1, new byte[] {6, 0, 0, 0, 0, 0, -1, 127});
        builder.add(OpCode.EXEC, List.of("/bin/echo", "häl\nlo"), List.of("A=b"), "");
        return builder.build();
    }
}
