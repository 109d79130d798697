package jong.manager.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import jong.manager.unpack.Compression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelGzipTest {

    private static final int MEMBER = 512 * 1024;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MEMBER - 1, MEMBER, MEMBER + 1, 5 * MEMBER, 3_000_000})
    void whatWasCompressedComesBack(int length) throws Exception {
        for (byte[] plain : new byte[][] {text(length), noise(length)}) {
            byte[] compressed = compress(plain, 2, 70_001);
            try (var jdk = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
                assertThat(jdk.readAllBytes()).isEqualTo(plain);
            }
            try (var own = Compression.decompressed(new ByteArrayInputStream(compressed))) {
                assertThat(own.readAllBytes()).isEqualTo(plain);
            }
        }
    }

    @Test
    void threadsAndPiecesDoNotChangeTheResult() throws Exception {
        byte[] plain = text(2_500_000);
        byte[] expected = compress(plain, 1, plain.length);
        assertThat(compress(plain, 2, 100)).isEqualTo(expected);
        assertThat(compress(plain, 7, 1_000_003)).isEqualTo(expected);
    }

    @Test
    void resultIsHardlyLargerThanThatOfOneThread() throws Exception {
        byte[] plain = text(3_000_000);
        var single = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(single)) {
            gzip.write(plain);
        }
        assertThat(compress(plain, 2, plain.length).length)
                .isLessThan(single.size() + single.size() / 50);
    }

    @Test
    void gzipFindsSoundMembers(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("f.gz"), compress(text(1_000_000), 2, 65536));
        Process gzip = new ProcessBuilder("gzip", "-t", file.toString()).inheritIO().start();
        assertThat(gzip.waitFor()).isZero();
    }

    @Test
    void failureBelowIsPassedOn() {
        assertThatThrownBy(
                        () -> {
                            try (var gzip = new ParallelGzip(new Full(), 2)) {
                                gzip.write(noise(4_000_000));
                            }
                        })
                .isInstanceOf(IOException.class)
                .hasMessage("no space left on device");
    }

    private static byte[] compress(byte[] plain, int threads, int piece) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new ParallelGzip(out, threads)) {
            for (int at = 0; at < plain.length; at += piece) {
                gzip.write(plain, at, Math.min(piece, plain.length - at));
            }
        }
        return out.toByteArray();
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

    /** Takes a megabyte. */
    private static final class Full extends OutputStream {

        private int room = 1 << 20;

        @Override
        public void write(int b) throws IOException {
            if (--room < 0) {
                throw new IOException("no space left on device");
            }
        }
    }
}
