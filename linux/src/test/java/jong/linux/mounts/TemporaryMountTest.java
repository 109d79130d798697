package jong.linux.mounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class TemporaryMountTest {
    @TempDir Path temporary;
    private Path data;
    private Path places;

    @BeforeEach
    void makeDirectories() throws IOException {
        data = Files.createDirectory(temporary.resolve("data"));
        places = Files.createDirectory(temporary.resolve("places"));
    }

    @AfterEach
    void unmountAll() throws IOException {
        for (var entry : MountTable.read().under(temporary)) {
            Mounts.detach(Path.of(entry.mountPoint()));
        }
    }

    @Test
    void showsTheOpenedDirectoryThoughItsPathLeadsElsewhereNow() throws IOException {
        Files.writeString(Files.createDirectory(data.resolve("a")).resolve("f"), "right");
        Files.writeString(Files.createDirectory(data.resolve("b")).resolve("f"), "wrong");
        try (var base = Directory.open(data);
                var source = base.open("a", OpenHow.path())) {
            Files.move(data.resolve("a"), data.resolve("moved"));
            Files.createSymbolicLink(data.resolve("a"), Path.of("b"));
            try (var mount = TemporaryMount.of(source, places)) {
                assertThat(mount.place().resolve("f")).hasContent("right");
            }
        }
        assertThat(MountTable.read().under(temporary)).isEmpty();
        assertThat(places).isEmptyDirectory();
    }

    @Test
    void showsASingleFile() throws IOException {
        var file = Files.writeString(data.resolve("f"), "content");
        try (var source = Fd.open(file, OpenHow.path());
                var mount = TemporaryMount.of(source, places)) {
            assertThat(mount.place()).hasContent("content");
        }
        assertThat(places).isEmptyDirectory();
    }

    @Test
    void itsEndDoesNotSpreadToASharedOriginal() throws IOException {
        Mounts.mount("original", data, "tmpfs", Set.of(), "");
        Mounts.propagate(data, Propagation.SHARED, false);
        Path below = Files.createDirectory(data.resolve("below"));
        Mounts.mount("below", below, "tmpfs", Set.of(), "");
        try (var source = Fd.open(data, OpenHow.path())) {
            TemporaryMount.of(source, places).close();
        }
        assertThat(MountTable.read().at(below)).isPresent();
    }
}
