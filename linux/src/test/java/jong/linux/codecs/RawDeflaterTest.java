package jong.linux.codecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both implementations, libdeflate's where this machine has it. */
class RawDeflaterTest {

    private static final int START = 7;

    static Stream<RawDeflater> deflaters() {
        Stream<RawDeflater> jdk = Stream.of(new JdkDeflater());
        return LibdeflateDeflater.isAvailable()
                ? Stream.concat(jdk, Stream.of(new LibdeflateDeflater()))
                : jdk;
    }

    @ParameterizedTest
    @MethodSource("deflaters")
    void whatWasCompressedComesBack(RawDeflater deflater) throws Exception {
        try (deflater) {
            for (int length : new int[] {1, 0, 100, 700_000, 65_536}) {
                for (byte[] plain : new byte[][] {text(length), noise(length)}) {
                    assertThat(inflate(deflate(deflater, plain))).isEqualTo(plain);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("deflaters")
    void resultIsAsSmallAsGzips(RawDeflater deflater) {
        byte[] plain = text(500_000);
        int expected;
        try (deflater;
                var jdk = new Deflater(6, true)) {
            jdk.setInput(plain);
            jdk.finish();
            expected = jdk.deflate(new byte[plain.length]);
            assertThat(deflate(deflater, plain)).hasSizeLessThan(expected + expected / 50);
        }
    }

    @ParameterizedTest
    @MethodSource("deflaters")
    void noneCompressesAfterItWasClosed(RawDeflater deflater) {
        deflater.close();
        deflater.close();
        assertThatThrownBy(() -> deflate(deflater, text(10))).isInstanceOf(RuntimeException.class);
    }

    private static byte[] deflate(RawDeflater deflater, byte[] plain) {
        byte[] target = new byte[START + RawDeflater.bound(plain.length)];
        // What follows the bytes in their array is no part of them.
        byte[] source = Arrays.copyOf(plain, plain.length + 50);
        int length = deflater.deflate(source, plain.length, target, START);
        return Arrays.copyOfRange(target, START, START + length);
    }

    private static byte[] inflate(byte[] stream) throws DataFormatException {
        byte[] result = new byte[1_000_000];
        try (var inflater = new Inflater(true)) {
            inflater.setInput(stream);
            int length = inflater.inflate(result);
            assertThat(inflater.getRemaining()).isZero();
            return Arrays.copyOf(result, length);
        }
    }

    private static byte[] text(int length) {
        var random = new Random(length);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            boolean repeat = i > 4000 && i % 37 > 3;
            text[i] = repeat ? text[i - 3011] : (byte) ('a' + random.nextInt(20));
        }
        return text;
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }
}
