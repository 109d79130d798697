package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CVE-2021-43784: a length in the message from the runtime to its child overflowed. */
@Tag("root")
final class PlanAttackTest {

    private static final int HEADER = 20;
    private static final int TOTAL_AT = 12;
    private static final int EINVAL = 22;
    private static final int ATTEMPTS = 100;

    @TempDir private Path temporary;
    private Box box;
    private byte[] plan;

    @BeforeEach
    void compile() throws IOException {
        box = new Box(temporary);
        plan = box.plan(Box.config("true")).encode();
    }

    private Outcome carryOut(byte[] bytes) throws IOException {
        Path file = Files.write(box.beside("attack.plan"), bytes);
        return Box.run(List.of(Box.PROGRAM.toString(), "exec", file.toString()));
    }

    private static byte[] withTotal(byte[] bytes, int total) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(TOTAL_AT, total);
        return bytes;
    }

    @Test
    void aPlanCutAnywhereIsRefused() throws IOException {
        for (int length = 0; length < plan.length; length += 53) {
            byte[] cut = Arrays.copyOf(plan, length);
            assertThat(carryOut(cut).failedWith(EINVAL)).as("length %d", length).isTrue();
            if (length >= HEADER) {
                assertThat(carryOut(withTotal(cut, length)).failedWith(EINVAL))
                        .as("length %d, told so", length)
                        .isTrue();
            }
        }
    }

    @Test
    void bytesAfterThePlanAreRefused() throws IOException {
        byte[] longer = Arrays.copyOf(plan, plan.length + 1);
        assertThat(carryOut(longer).failedWith(EINVAL)).isTrue();
        assertThat(carryOut(withTotal(longer, longer.length)).failedWith(EINVAL)).isTrue();
    }

    /** Every length field of an operation in turn claims as much as the type can hold. */
    @Test
    void lengthsBeyondThePlanAreRefused() throws IOException {
        var buffer = ByteBuffer.wrap(plan).order(ByteOrder.LITTLE_ENDIAN);
        int at = HEADER;
        while (at < plan.length) {
            int length = buffer.getInt(at + 4);
            for (int claim : List.of(-1, Integer.MAX_VALUE, length + 1)) {
                byte[] lying = plan.clone();
                ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 4, claim);
                assertThat(carryOut(lying).failedWith(EINVAL)).as("at %d: %d", at, claim).isTrue();
            }
            at += 8 + length;
        }
    }

    /** Only the head of each operation changes, so that nothing that passes can do harm. */
    @Test
    void noMutationMakesTheProgramCrash() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < ATTEMPTS; i++) {
            byte[] mutated = plan.clone();
            int at = random.nextInt(HEADER);
            mutated[at] = (byte) random.nextInt(256);
            assertThat(carryOut(mutated).status()).as("seed %d", seed).isIn(0, 255);
        }
    }
}
