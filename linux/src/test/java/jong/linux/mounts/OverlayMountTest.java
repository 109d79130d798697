package jong.linux.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.linux.ErrnoException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class OverlayMountTest {
    @TempDir Path temporary;
    private Path target;

    @BeforeEach
    void makeTarget() throws Exception {
        // A tmpfs of its own: overlayfs refuses an upper directory on an overlay.
        Mounts.mount("test", temporary, "tmpfs", Set.of(MountFlag.NO_DEV), "size=4m");
        target = directory("merged");
    }

    @AfterEach
    void unmountAll() throws Exception {
        for (var entry : MountTable.read().under(temporary)) {
            Mounts.detach(Path.of(entry.mountPoint()));
        }
    }

    @Test
    void changesGoToTheUpperAndTheTopmostLowerWins() throws Exception {
        var top = file(directory("top"), "f", "top");
        var bottom = file(directory("bottom"), "f", "bottom");
        var upper = new OverlayMount.Upper(directory("upper"), directory("work"));
        new OverlayMount(List.of(top, bottom), Optional.of(upper), List.of()).mount(target);

        assertThat(target.resolve("f")).hasContent("top");
        Files.writeString(target.resolve("f"), "changed");
        assertThat(upper.directory().resolve("f")).hasContent("changed");
        assertThat(top.resolve("f")).hasContent("top");
        assertThat(MountTable.read().at(target)).map(MountEntry::type).contains("overlay");
    }

    @Test
    void manyLowersWithLongNamesAreMountedReadOnly() throws Exception {
        var lowers = new ArrayList<Path>();
        var parent = directory("long".repeat(60));
        for (int i = 0; i < 120; i++) {
            lowers.add(file(directory(parent + "/" + "layer".repeat(20) + i), "f" + i, "x"));
        }
        new OverlayMount(lowers, Optional.empty(), List.of()).mount(target);
        assertThat(target.toFile().list()).hasSize(120);
        assertThatThrownBy(() -> Files.writeString(target.resolve("new"), "x"))
                .hasMessageContaining("Read-only");
    }

    @Test
    void oneLowerAloneIsBoundReadOnly() throws Exception {
        var lower = file(directory("lower"), "f", "x");
        new OverlayMount(List.of(lower), Optional.empty(), List.of()).mount(target);
        assertThat(target.resolve("f")).hasContent("x");
        assertThatThrownBy(() -> Files.writeString(target.resolve("f"), "y"))
                .hasMessageContaining("Read-only");
    }

    @Test
    void aBadOptionIsToldInTheKernelsWords() throws Exception {
        var overlay =
                new OverlayMount(
                        List.of(directory("a"), directory("b")),
                        Optional.empty(),
                        List.of("nonsense=1"));
        assertThatThrownBy(() -> overlay.mount(target))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("fsconfig overlay nonsense=1: overlay: Unknown parameter 'nonsense'");
    }

    private Path directory(String name) throws Exception {
        return Files.createDirectories(temporary.resolve(name));
    }

    private static Path file(Path directory, String name, String content) throws Exception {
        Files.writeString(directory.resolve(name), content);
        return directory;
    }
}
