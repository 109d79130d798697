package jong.manager.unpack;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import jong.manager.tar.TarBytes;
import jong.oci.Digest;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Compressed layers, in every form that their formats allow, and damaged ones. */
@Tag("root")
class CompressedLayersTest {

    @TempDir Path directory;

    private Path layer;

    @BeforeEach
    void makeDirectory() throws IOException {
        layer = Files.createDirectory(directory.resolve("layer"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "bzip2", "xz"})
    void compressionsMayComeInSeveralPieces(String compression) throws Exception {
        byte[] tar = new TarBytes().file("a", "1".repeat(5000)).file("b", "2").end();
        var compressed = new ByteArrayOutputStream();
        compressed.writeBytes(compress(compression, Arrays.copyOf(tar, 3000)));
        if (compression.equals("zstd")) {
            compressed.writeBytes(new byte[] {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9});
        }
        compressed.writeBytes(compress(compression, new byte[0]));
        compressed.writeBytes(compress(compression, Arrays.copyOfRange(tar, 3000, tar.length)));
        var unpacked =
                LayerUnpacker.unpack(
                        new ByteArrayInputStream(compressed.toByteArray()), layer, true);
        assertThat(unpacked.diffId()).isEqualTo(Digest.sha256(tar));
        assertThat(layer.resolve("b")).hasContent("2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BZh9", "\037\u008b", "\375" + "7zXZ", "(\u00b5/\375", "P*M\030"})
    void aFirstNameLikeAMagicNumberIsNoCompression(String name) throws Exception {
        byte[] tar = new TarBytes().file(name, "1").file("b", "2").end();
        var archive = new ByteArrayInputStream(tar);
        assertThat(LayerUnpacker.unpack(archive, layer, true).archiveSize()).isEqualTo(tar.length);
        assertThat(layer.resolve("b")).hasContent("2");
    }

    @Test
    void aDictionaryThatWouldTakeTheHeapIsRefused() throws Exception {
        byte[] xz = withDictionary(30); // 128 MiB.
        assertThatThrownBy(() -> LayerUnpacker.unpack(new ByteArrayInputStream(xz), layer, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("memory would be needed");
    }

    @Test
    void largeDictionariesAreTakenOneAfterAnother() throws Exception {
        byte[] xz = withDictionary(28); // 64 MiB, as of xz -9.
        InputStream first = Compression.decompressed(new ByteArrayInputStream(xz));
        CompletableFuture<Integer> second =
                CompletableFuture.supplyAsync(() -> {
                    try (var in = Compression.decompressed(new ByteArrayInputStream(xz))) {
                        return in.readAllBytes().length;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        int length = first.readAllBytes().length;
        assertThat(second).isNotDone();
        first.close();
        assertThat(second.get()).isEqualTo(length).isPositive();
        LayerUnpacker.unpack(new ByteArrayInputStream(xz), layer, true);
        assertThat(layer.resolve("a")).hasContent("1");
    }

    /** A small archive whose block's header asks for more; the number is LZMA2's. */
    private static byte[] withDictionary(int number) throws Exception {
        byte[] xz = compress("xz", new TarBytes().file("a", "1").end());
        int header = 12; // Behind the stream's: size, flags, filter, size of properties, properties
        assertThat(xz[header + 2]).isEqualTo((byte) 0x21);
        xz[header + 4] = (byte) number;
        int length = xz[header] * 4;
        var sum = new CRC32();
        sum.update(xz, header, length);
        ByteBuffer.wrap(xz).order(LITTLE_ENDIAN).putInt(header + length, (int) sum.getValue());
        return xz;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "bzip2", "xz"})
    void damageInAnyByteIsNoticedOrWithoutEffect(String compression) throws Exception {
        byte[] tar = new TarBytes().file("a", "text of some length").end();
        byte[] whole = compress(compression, tar);
        for (int i = 6; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x10;
            Path target = Files.createTempDirectory(directory, "layer");
            try {
                var unpacked =
                        LayerUnpacker.unpack(new ByteArrayInputStream(damaged), target, true);
                if (!compression.equals("zstd")) { // Its frames need not have a checksum.
                    assertThat(unpacked.diffId()).as("byte %d", i).isEqualTo(Digest.sha256(tar));
                }
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
            Path cut = Files.createTempDirectory(directory, "layer");
            byte[] shorter = Arrays.copyOf(whole, i);
            assertThatThrownBy(() ->
                            LayerUnpacker.unpack(new ByteArrayInputStream(shorter), cut, true))
                    .as("cut at %d", i)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void gzipsHeaderMayHaveAllItsParts() throws Exception {
        byte[] tar = new TarBytes().file("a", "1").end();
        byte[] plain = compress("gzip", tar);
        var full = new ByteArrayOutputStream();
        full.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 31, 1, 2, 3, 4, 0, 3});
        full.writeBytes(new byte[] {3, 0, 9, 9, 9});
        full.writeBytes("name\0comment\0".getBytes(UTF_8));
        full.writeBytes(new byte[] {7, 7});
        full.write(plain, 10, plain.length - 10);
        full.writeBytes(new byte[700]); // Zeros to the end of a block.
        var unpacked =
                LayerUnpacker.unpack(new ByteArrayInputStream(full.toByteArray()), layer, true);
        assertThat(unpacked.diffId()).isEqualTo(Digest.sha256(tar));
    }

    @Test
    void garbageBehindGzipIsAnErrorAsInDocker() throws Exception {
        byte[] whole = compress("gzip", new TarBytes().file("a", "1").end());
        byte[] longer = Arrays.copyOf(whole, whole.length + 20);
        Arrays.fill(longer, whole.length, longer.length, (byte) 'x');
        assertThatThrownBy(
                        () -> LayerUnpacker.unpack(new ByteArrayInputStream(longer), layer, true))
                .hasMessage("gzip: invalid header");
    }

    private static byte[] compress(String compression, byte[] plain) throws IOException {
        if (compression.equals("zstd")) {
            return Zstd.compress(plain);
        }
        var out = new ByteArrayOutputStream();
        try (var compressor =
                switch (compression) {
                    case "gzip" -> new GZIPOutputStream(out);
                    case "bzip2" -> new BZip2CompressorOutputStream(out);
                    default -> new XZOutputStream(out, new LZMA2Options(0));
                }) {
            compressor.write(plain);
        }
        return out.toByteArray();
    }
}
