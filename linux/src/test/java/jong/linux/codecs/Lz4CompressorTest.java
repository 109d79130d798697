package jong.linux.codecs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both implementations, liblz4's where this machine has it. */
class Lz4CompressorTest {

    private final long seed = Long.getLong("jong.seed", System.nanoTime());
    private final Random random = new Random(seed);

    static Stream<Lz4Compressor> compressors() {
        Stream<Lz4Compressor> java = Stream.of(new JavaLz4Compressor());
        return Liblz4Compressor.isAvailable()
                ? Stream.concat(java, Stream.of(new Liblz4Compressor()))
                : java;
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void dataOfAllKindsAndLengthsComesBack(Lz4Compressor compressor) {
        for (int length = 1; length < 300; length++) {
            check(compressor, length);
        }
        for (int i = 0; i < 100; i++) {
            check(compressor, 1 + random.nextInt(Lz4Compressor.MAX_BYTES));
        }
        check(compressor, Lz4Compressor.MAX_BYTES);
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void blockIsNotLongerThanAllowed(Lz4Compressor compressor) {
        byte[] data = text(20_000);
        byte[] target = new byte[40_000];
        int length = compressor.compress(data, data.length, target, target.length);
        assertThat(length).isBetween(1000, 15_000);
        for (int most : new int[] {0, 1, length / 2, length - 300}) {
            assertThat(compressor.compress(data, data.length, target, most)).isNegative();
        }
        Arrays.fill(target, (byte) 7);
        assertThat(compressor.compress(data, data.length, target, length + 300)).isEqualTo(length);
        assertThat(target).endsWith(new byte[] {7, 7, 7, 7});
        assertThatThrownBy(() -> compressor.compress(data, data.length, target, 40_001))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> compressor.compress(data, 20_001, target, 40_000))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void blockDependsOnTheDataAlone(Lz4Compressor compressor) {
        assertThat(compressor.implementation()).matches("[ -~]{1,16}");
        byte[] data = text(60_000);
        byte[] first = block(compressor, data, data.length);
        block(compressor, text(50_000), 50_000);
        assertThat(block(compressor, data, data.length)).isEqualTo(first);
        byte[] longer = Arrays.copyOf(data, data.length + 40);
        assertThat(block(compressor, longer, data.length)).isEqualTo(first);
    }

    private void check(Lz4Compressor compressor, int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        byte[] mixed = text(length);
        System.arraycopy(noise, 0, mixed, length / 3, length / 3);
        for (byte[] data : new byte[][] {new byte[length], noise, text(length), mixed}) {
            byte[] plain = decompress(block(compressor, data, length));
            assertThat(plain).as("seed " + seed).isEqualTo(data);
        }
    }

    private static byte[] block(Lz4Compressor compressor, byte[] data, int length) {
        byte[] target = new byte[length + length / 255 + 16];
        return Arrays.copyOf(target, compressor.compress(data, length, target, target.length));
    }

    private byte[] text(int length) {
        var text = new StringBuilder();
        while (text.length() < length) {
            text.append(Integer.toString(random.nextInt(200), 10)).append(' ');
        }
        return text.substring(0, length).getBytes(US_ASCII);
    }

    /** By the format's description, with what it says of a block's end. */
    private static byte[] decompress(byte[] block) {
        byte[] out = new byte[Lz4Compressor.MAX_BYTES + 1];
        int end = 0;
        int lastMatch = 0;
        for (int at = 0; ; ) {
            int token = block[at++] & 0xff;
            int literals = token >> 4;
            if (literals == 15) {
                literals += length(block, at);
                at += bytes(block, at);
            }
            System.arraycopy(block, at, out, end, literals);
            at += literals;
            end += literals;
            if (at == block.length) {
                assertThat(token & 15).isZero();
                assertThat(lastMatch).isLessThanOrEqualTo(Math.max(0, end - 12));
                assertThat(lastMatch == 0 || literals >= 5).isTrue();
                return Arrays.copyOf(out, end);
            }
            lastMatch = end;
            int distance = (block[at] & 0xff) | (block[at + 1] & 0xff) << 8;
            at += 2;
            int matched = (token & 15) + 4;
            if (matched == 19) {
                matched += length(block, at);
                at += bytes(block, at);
            }
            assertThat(distance).isBetween(1, end);
            for (; matched > 0; matched--) {
                out[end] = out[end - distance];
                end++;
            }
        }
    }

    private static int length(byte[] block, int start) {
        int count = bytes(block, start);
        return 255 * (count - 1) + (block[start + count - 1] & 0xff);
    }

    private static int bytes(byte[] block, int start) {
        int count = 1;
        while (block[start + count - 1] == -1) {
            count++;
        }
        return count;
    }
}
