package jong.manager.diff;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.linux.files.Directory;
import jong.manager.tar.TarWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeArchiveTest {

    @TempDir Path tree;

    @Test
    void whatIsRememberedOfFilesWithSeveralNamesHasALimit() throws Exception {
        for (int i = 0; i < 4200; i++) {
            Path file = Files.createFile(tree.resolve("a" + i));
            Files.createLink(tree.resolve("b" + i), file);
        }
        try (var tar = new TarWriter(OutputStream.nullOutputStream());
                var root = Directory.open(tree)) {
            var archive = new TreeArchive(tar);
            assertThatThrownBy(() -> archive.addContent("n".repeat(4000), root))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("too many files with several names");
        }
    }
}
