package jong.engine.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.linux.files.Fd;
import jong.linux.files.Stat;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubpathTest {

    @TempDir Path directory;
    private Path base;

    @BeforeEach
    void fill() throws IOException {
        base = Files.createDirectory(directory.resolve("base"));
        Files.createDirectories(base.resolve("d/e"));
        Files.createDirectory(directory.resolve("outside"));
    }

    @Test
    void findsDirectoriesAndFilesAlsoThroughLinksInside() throws IOException {
        Files.writeString(base.resolve("d/e/f"), "");
        Files.createSymbolicLink(base.resolve("in"), Path.of("d/e"));
        Files.createSymbolicLink(base.resolve("d/back"), Path.of("../d/e"));
        for (String path : new String[] {"d/e", "in", "d/back", "d/../d/e", "./d//e/"}) {
            assertThat(inode(path)).isEqualTo(Files.getAttribute(base.resolve("d/e"), "unix:ino"));
        }
        assertThat(inode("in/f")).isEqualTo(Files.getAttribute(base.resolve("d/e/f"), "unix:ino"));
    }

    private long inode(String subpath) throws IOException {
        try (Fd found = Subpath.open(base, subpath)) {
            return found.stat().inode();
        }
    }

    @Test
    void whatLeadsOutIsRefused() throws IOException {
        Files.createSymbolicLink(base.resolve("etc"), Path.of("/etc"));
        Files.createSymbolicLink(base.resolve("up"), Path.of("../outside"));
        Files.createSymbolicLink(base.resolve("round"), Path.of("../base/d"));
        Files.createSymbolicLink(base.resolve("whole"), base.resolve("d"));
        for (String path :
                new String[] {"etc", "etc/passwd", "up", "up/x", "round", "whole", ".."}) {
            assertThatThrownBy(() -> Subpath.open(base, path))
                    .isInstanceOf(InvalidArgument.class)
                    .hasMessage(
                            "path concatenation escapes the base directory, base: %s, subpath: %s"
                                    .formatted(base, path));
        }
    }

    @Test
    void whatIsNotThereIsTold() throws IOException {
        Files.createSymbolicLink(base.resolve("loop"), Path.of("loop"));
        Path missing = base.resolve("no");
        assertThatThrownBy(() -> Subpath.open(base, "no"))
                .isInstanceOf(NotFound.class)
                .hasMessage(
                        "cannot access path %s: lstat %s: no such file or directory",
                        missing, missing);
        assertThatThrownBy(() -> Subpath.open(base, "loop"))
                .isInstanceOf(Internal.class)
                .hasMessage(
                        "error while resolving symlinks in combined path \"%s/loop\":"
                                + " EvalSymlinks: too many links",
                        base);
    }

    @Test
    void aLinkThatComesAndGoesNeverLeadsOut() throws Exception {
        Path swapped = base.resolve("d");
        Path kept = base.resolve("kept");
        long outside = (long) Files.getAttribute(directory.resolve("outside"), "unix:ino");
        var stop = new AtomicBoolean();
        var swapper = Thread.ofPlatform().start(() -> swap(swapped, kept, stop));
        try {
            for (int i = 0; i < 20_000; i++) {
                try (Fd found = Subpath.open(base, "d")) {
                    Stat stat = found.stat();
                    assertThat(stat.inode()).isNotEqualTo(outside);
                } catch (StatusException expected) {
                    assertThat(expected).isInstanceOfAny(InvalidArgument.class, NotFound.class);
                }
            }
        } finally {
            stop.set(true);
            swapper.join();
        }
    }

    private static void swap(Path path, Path kept, AtomicBoolean stop) {
        try {
            while (!stop.get()) {
                Files.move(path, kept);
                Files.createSymbolicLink(path, Path.of("../outside"));
                Files.delete(path);
                Files.move(kept, path);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
