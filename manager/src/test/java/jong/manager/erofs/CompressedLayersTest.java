package jong.manager.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import jong.linux.mounts.Mounts;
import jong.manager.tar.TarBytes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernel reads compressed data of all kinds and sizes. */
@Tag("root")
class CompressedLayersTest {

    private static final int[] SIZES = {
        0, 1, 12, 13, 511, 512, 513, 4095, 4096, 4097, 8192, 65_535, 65_536, 65_537, 69_632,
        131_071, 131_072, 131_073, 196_608, 1_048_575, 1_048_576, 1_048_577, 5_000_000
    };

    private final long seed = Long.getLong("jong.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir Path directory;

    @Test
    void filesOfAllSizesAndKindsAreWhole() throws Exception {
        var archive = new TarBytes();
        for (int size : SIZES) {
            for (SampleData kind : SampleData.values()) {
                archive.entry('0', kind + "" + size, "", kind.make(size, random));
            }
        }
        assertThat(SameAsUnpacked.check(directory, archive.end(), true))
                .as("seed " + seed)
                .isTrue();
    }

    @Test
    void equalArchivesGiveEqualImages() throws Exception {
        var archive = new TarBytes();
        for (int size : new int[] {100, 70_000, 300_000}) {
            for (SampleData kind : SampleData.values()) {
                archive.entry('0', kind + "" + size, "", kind.make(size, random));
            }
        }
        byte[] bytes = archive.end();
        Path first = LayerForm.COMPRESSED.write(directory.resolve("first"), bytes, true);
        Path second = LayerForm.COMPRESSED.write(directory.resolve("second"), bytes, true);
        assertThat(first).hasSameBinaryContentAs(second);
    }

    @Test
    void imageIsSmallerThanItsData() throws Exception {
        byte[] text = SampleData.TEXT.make(1_000_000, random);
        byte[] archive = new TarBytes().entry('0', "f", "", text).end();
        Path image = LayerForm.COMPRESSED.write(directory, archive, true);
        assertThat(Files.size(image)).isBetween(300_000L, 900_000L);
    }

    @Test
    void fullDiskIsAnErrorAndNothingStaysOpen() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        Mounts.mount("tmpfs", small, "tmpfs", Set.of(), "size=256k");
        try {
            byte[] noise = SampleData.NOISE.make(1_000_000, random);
            byte[] archive = new TarBytes().entry('0', "f", "", noise).end();
            assertThatThrownBy(() -> LayerForm.COMPRESSED.write(small, archive, true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");
        } finally {
            Mounts.unmount(small);
        }
    }

    /** Small files share pieces, which begin and end anywhere in them. */
    @ParameterizedTest
    @EnumSource
    void smallFilesAreWhole(SampleData kind) throws Exception {
        var archive = new TarBytes();
        for (int i = 0; i < 500; i++) {
            archive.entry('0', "f" + i, "", kind.make(random.nextInt(3000), random));
        }
        assertThat(SameAsUnpacked.check(directory, archive.end(), true))
                .as("seed " + seed)
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anyPartOfAFileCanBeRead(SampleData kind) throws Exception {
        byte[] content = kind.make(3_000_000, random);
        byte[] archive = new TarBytes().entry('0', "f", "", content).end();
        try (var mounted = MountedLayer.of(LayerForm.COMPRESSED, directory, archive, true);
                var file = new RandomAccessFile(mounted.root().resolve("f").toFile(), "r")) {
            for (int i = 0; i < 300; i++) {
                int at = random.nextInt(content.length);
                byte[] part = new byte[random.nextInt(Math.min(200_000, content.length - at))];
                file.seek(at);
                file.readFully(part);
                assertThat(part)
                        .as("%d bytes at %d, seed %d", part.length, at, seed)
                        .isEqualTo(Arrays.copyOfRange(content, at, at + part.length));
            }
        }
    }
}
