package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUsageTest {

    @TempDir Path tree;

    @Test
    void allFilesOfAWideTreeAreCountedAndLinksOnce() throws Exception {
        for (int i = 0; i < 700; i++) {
            Path directory = Files.createDirectory(tree.resolve("d" + i));
            Files.createFile(directory.resolve("empty"));
        }
        Path file = Files.write(tree.resolve("file"), new byte[8192]);
        long before = DiskUsage.of(tree).bytes();
        Files.createLink(tree.resolve("d3/link"), file);
        Files.createLink(tree.resolve("d5/link"), file);
        assertThat(DiskUsage.of(tree)).isEqualTo(new Usage(before, 1402));
        assertThat(before).isGreaterThanOrEqualTo(8192);
    }
}
