package jong.manager.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mounted layer is the tree that unpacking makes, whatever stands in the archive. */
@Tag("root")
class RandomLayersTest {

    private static final int LAYERS = Integer.getInteger("jong.layers", 150);

    @TempDir Path directory;

    @Test
    void mountedLayersAreEqualToUnpackedOnes() throws Exception {
        long first = Long.getLong("jong.seed", System.nanoTime());
        int mounted = 0;
        for (int i = 0; i < LAYERS; i++) {
            long seed = first + i;
            boolean bottom = i % 4 == 0;
            Path place = directory.resolve("layer" + i);
            try {
                mounted += SameAsUnpacked.check(place, archive(seed, bottom), bottom) ? 1 : 0;
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ", bottom: " + bottom, e);
            }
        }
        assertThat(mounted).as("from seed %d", first).isGreaterThan(LAYERS / 3);
    }

    private static byte[] archive(long seed, boolean bottom) {
        return switch (Math.floorMod(seed, 5)) {
            case 0 -> RandomLayer.damaged(seed, new Random(seed));
            case 1 -> RandomLayer.of(seed);
            default -> RandomLayer.sound(seed, bottom);
        };
    }
}
