package jong.manager.attacks;

import static jong.manager.unpack.Trees.listing;
import static jong.manager.unpack.Trees.run;
import static jong.manager.unpack.Trees.shell;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jong.linux.files.Directory;
import jong.manager.tar.TarBytes;
import jong.manager.unpack.LayerUnpacker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound archives, damaged at random and unpacked: seeds are printed with failures. */
@Tag("root")
final class ArchiveFuzzAttackTest {

    private static final int ROUNDS = 600;
    private static final int BLOCK = 512;

    @TempDir Path directory;

    @Test
    void damagedArchivesStayInsideAndEndInIoExceptionsOnly() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        shell(outside, "echo safe > victim; mkdir dir; touch dir/f");
        String before = listing(outside);
        Path lower = Files.createDirectory(directory.resolve("lower"));
        shell(lower, "mkdir d; echo below > d/f; ln -s ../../outside l; touch x");
        List<byte[]> sound = archives();
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var top = Directory.open(directory)) {
            for (int i = 0; i < ROUNDS; i++) {
                byte[] archive = damaged(sound, random);
                Path layer = Files.createDirectory(directory.resolve("layer"));
                try {
                    var in = new ByteArrayInputStream(archive);
                    var unpacked = LayerUnpacker.unpack(in, layer, random.nextBoolean());
                    LayerUnpacker.inherit(layer, unpacked, List.of(lower));
                } catch (IOException e) {
                    assertThat(e.getMessage()).as("seed %d, round %d", seed, i).isNotBlank();
                }
                top.removeTree("layer");
            }
        }
        assertThat(listing(outside)).as("seed %d", seed).isEqualTo(before);
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("outside", "lower");
    }

    private List<byte[]> archives() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        shell(
                tree,
                "mkdir -p d/e; echo text > d/f; ln d/f d/g; ln -s ../outside d/l; mkfifo p;"
                        + " mknod n c 1 3; truncate -s 1M s; printf x >> s; touch '.wh.x' d/.wh.f;"
                        + " touch d/e/.wh..wh..opq; n=$(printf '%0120d' 1); touch $n; ln -s $n k;"
                        + " setfattr -n user.a -v b d/f; touch -d 1960-01-01 d/e");
        List<byte[]> archives = new java.util.ArrayList<>();
        for (String format :
                List.of(
                        "v7",
                        "ustar",
                        "gnu -S",
                        "posix -S --xattrs",
                        "posix -S" + " --sparse-version=0.0",
                        "oldgnu -S")) {
            // v7 and ustar cannot hold all, and say so.
            String command = "cd $0 && tar -c --format=" + format + " . 2>/dev/null || true";
            archives.add(run("sh", "-c", command, tree.toString()));
        }
        archives.add(
                new TarBytes()
                        .symlink("l", "../outside")
                        .hardLink("h", "d/f")
                        .hardLink("l/h", "x")
                        .pax('x', "path", "../outside/new", "SCHILY.xattr.user.a", "b")
                        .file("f", "text")
                        .file("l/victim", "evil")
                        .end());
        run("rm", "-r", tree.toString());
        return archives;
    }

    private static byte[] damaged(List<byte[]> sound, Random random) {
        byte[] archive = sound.get(random.nextInt(sound.size())).clone();
        byte[] other = sound.get(random.nextInt(sound.size()));
        for (int i = random.nextInt(6); i >= 0; i--) {
            int block = random.nextInt(archive.length / BLOCK) * BLOCK;
            switch (random.nextInt(5)) {
                case 0 -> archive[random.nextInt(archive.length)] = (byte) random.nextInt(256);
                case 1 -> archive[block + random.nextInt(BLOCK)] ^= (byte) (1 << random.nextInt(8));
                case 2 -> {
                    int from = random.nextInt(other.length / BLOCK) * BLOCK;
                    System.arraycopy(other, from, archive, block, BLOCK);
                }
                case 3 -> {
                    int field =
                            block
                                    + List.of(0, 100, 108, 124, 156, 157, 345, 386)
                                            .get(random.nextInt(8));
                    archive[field + random.nextInt(8)] =
                            (byte) "17\0/.\u00ffxgLKS5".charAt(random.nextInt(12));
                }
                default -> {
                    if (random.nextInt(10) == 0) {
                        archive = Arrays.copyOf(archive, block + BLOCK + random.nextInt(BLOCK));
                    }
                }
            }
        }
        repairChecksums(archive);
        return archive;
    }

    /** Otherwise nearly all damage would end at the first header. */
    private static void repairChecksums(byte[] archive) {
        for (int at = 0; at + BLOCK <= archive.length; at += BLOCK) {
            boolean header = archive[at + 257] == 'u' || archive[at + 148] == '0';
            if (header) {
                byte[] block = Arrays.copyOfRange(archive, at, at + BLOCK);
                System.arraycopy(TarBytes.with(block, 0, ""), 0, archive, at, BLOCK);
            }
        }
    }
}
