package jong.runtime.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same as runc's securejoin has them. */
final class ScopedPathTest {

    @TempDir private Path root;

    @BeforeEach
    void makeLinks() throws IOException {
        Files.createDirectories(root.resolve("real/conf"));
        Files.createSymbolicLink(root.resolve("conf"), Path.of("/real/conf"));
        Files.createSymbolicLink(root.resolve("real/up"), Path.of("../../../etc"));
        Files.createSymbolicLink(root.resolve("real/beside"), Path.of("conf/./below"));
        Files.createSymbolicLink(root.resolve("turn"), Path.of("/turn"));
    }

    @Test
    void linksAreFollowedWithinTheRoot() throws IOException {
        check("/conf", "/real/conf");
        check("/conf/file", "/real/conf/file");
        check("/real/up/passwd", "/etc/passwd");
        check("/real/beside", "/real/conf/below");
        check("/not/there/../here", "/not/here");
        check("/../..", "/");
        check("/", "/");
    }

    private void check(String path, String expected) throws IOException {
        assertThat(ScopedPath.resolve(root, path)).as(path).isEqualTo(expected);
    }

    @Test
    void aCircleOfLinksIsAnError() {
        assertThatThrownBy(() -> ScopedPath.resolve(root, "/turn/on"))
                .hasMessageContaining("too many symbolic links");
    }
}
