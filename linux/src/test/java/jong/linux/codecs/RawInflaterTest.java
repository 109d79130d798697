package jong.linux.codecs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both implementations, ISA-L's where this machine has it. */
@ParameterizedClass
@MethodSource("inflaters")
record RawInflaterTest(RawInflater inflater) {

    static Stream<RawInflater> inflaters() {
        Stream<RawInflater> jdk = Stream.of(new JdkInflater());
        return IsalInflater.isAvailable() ? Stream.concat(jdk, Stream.of(new IsalInflater())) : jdk;
    }

    @AfterEach
    void reset() {
        inflater.reset();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 9})
    void whatWasCompressedComesBackWhateverThePieces(int level) throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 8; round++) {
            byte[] plain = text(random, random.nextInt(600_000));
            byte[] stream = deflate(plain, level);
            byte[] longer = Arrays.copyOf(stream, stream.length + 5);
            assertThat(inflate(longer, random)).as("seed %d", seed).isEqualTo(plain);
            assertThat(inflater.finished()).isTrue();
            inflater.reset();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 70_000})
    void bytesBehindTheEndAreLeft(int count) throws Exception {
        byte[] stream = deflate("text".repeat(1000).getBytes(US_ASCII), 6);
        byte[] longer = Arrays.copyOf(stream, stream.length + count);
        inflater.input(longer, 0, longer.length);
        byte[] target = new byte[10_000];
        int done = 0;
        while (!inflater.finished()) {
            done += inflater.inflate(target, done, target.length - done);
        }
        assertThat(done).isEqualTo(4000);
        assertThat(inflater.remainingInput()).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void damageIsAnErrorOrOtherBytesAndNeverTheEndOfTheProcess(int step) throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] stream = deflate(text(random, 50_000), 6);
        for (int i = 0; i < stream.length; i += Math.max(1, stream.length / 300) * step) {
            byte[] damaged = stream.clone();
            damaged[i] ^= (byte) (1 << random.nextInt(8));
            inflater.input(damaged, 0, damaged.length);
            byte[] target = new byte[8192];
            try {
                long total = 0;
                int count;
                do {
                    count = inflater.inflate(target, 0, target.length);
                    total += count;
                } while (count > 0);
                assertThat(total).as("seed %d", seed).isLessThan(1032L * stream.length + 258);
            } catch (DataFormatException e) {
                assertThat(e).isNotNull();
            }
            inflater.reset();
        }
    }

    @ParameterizedTest
    @ValueSource(bytes = {7, -1})
    void aBlockOfNoKnownKindIsRefused(byte first) {
        inflater.input(new byte[] {first, 0, 0, 0, 0, 0, 0, 0}, 0, 8);
        assertThatThrownBy(() -> inflater.inflate(new byte[100], 0, 100))
                .isInstanceOf(DataFormatException.class);
    }

    private byte[] inflate(byte[] stream, Random random) throws DataFormatException {
        var out = new ByteArrayOutputStream();
        byte[] target = new byte[1 + random.nextInt(300_000)];
        int fed = 0;
        while (!inflater.finished()) {
            if (inflater.needsInput()) {
                int length = Math.min(stream.length - fed, 1 + random.nextInt(200_000));
                assertThat(length).as("input that the end needs").isPositive();
                inflater.input(stream, fed, length);
                fed += length;
            }
            out.write(target, 0, inflater.inflate(target, 0, target.length));
        }
        return out.toByteArray();
    }

    /** Text with repetitions near and far. */
    private static byte[] text(Random random, int length) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            boolean repeat = i > 40_000 && random.nextInt(3) > 0;
            text[i] =
                    repeat
                            ? text[i - 1 - random.nextInt(32_000)]
                            : (byte) ('a' + random.nextInt(1 + i % 26));
        }
        return text;
    }

    private static byte[] deflate(byte[] plain, int level) {
        try (var deflater = new Deflater(level, true)) {
            deflater.setInput(plain);
            deflater.finish();
            byte[] compressed = new byte[plain.length + plain.length / 100 + 100];
            return Arrays.copyOf(compressed, deflater.deflate(compressed));
        }
    }
}
