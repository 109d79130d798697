package jong.linux.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class MountViewTest {
    private static final OpenHow INSIDE = OpenHow.directory().inRoot();

    @TempDir Path temporary;
    private Path target;
    private Path source;

    @BeforeEach
    void makeDirectories() throws Exception {
        target = Files.createDirectory(temporary.resolve("target"));
        source = Files.createDirectory(temporary.resolve("source"));
        Files.writeString(source.resolve("f"), "seen");
    }

    @Test
    void mountsOfAViewAreSeenInItAlone() throws Exception {
        try (var view = MountView.of(target, this::mountTree)) {
            assertThat(names(view.root())).containsExactlyInAnyOrder("below", "other");
            assertThat(MountTable.read().under(temporary)).isEmpty();
            assertThat(target).isEmptyDirectory();
            try (var below = view.root().openDirectory("below", INSIDE)) {
                assertThat(names(below)).containsExactly("f");
            }
        }
    }

    @Test
    void readOnlyAttachmentRefusesWrites() throws Exception {
        try (var view = MountView.of(target, this::mountTree);
                var below = view.root().openDirectory("below", INSIDE)) {
            assertThatThrownBy(() -> below.create("g", 0600))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.EROFS));
        }
    }

    @Test
    void copyOfANamespaceShowsOnlyWhatIsKept() throws Exception {
        var script =
                """
                mount -t tmpfs kept target && mkdir target/in && mount -t tmpfs below target/in
                mount -t tmpfs hidden source && touch target/in/g source/secret
                echo ready; exec cat
                """;
        var command = List.of("unshare", "--mount", "sh", "-ec", script);
        var process = new ProcessBuilder(command).directory(temporary.toFile()).start();
        try (var output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo("ready");
            var file = Path.of("/proc", Long.toString(process.pid()), "ns", "mnt");
            try (var namespace = Fd.open(file, OpenHow.reading());
                    var view = MountView.copyOf(namespace, List.of(target.toString()))) {
                assertThat(namesAt(view, target + "/in")).containsExactly("g");
                assertThat(namesAt(view, source.toString())).containsExactly("f");
                assertThat(namesAt(view, "/proc")).isEmpty();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void failureOfTheSetupIsTheCallers() throws Exception {
        assertThatThrownBy(() ->
                        MountView.of(
                                target,
                                () -> {
                                    throw new java.io.IOException("no such disk");
                                }))
                .hasMessage("no such disk");
    }

    @Test
    void closingLetsGoOfTheFileSystem() throws Exception {
        Fd file;
        try (var view = MountView.of(target, this::mountTree)) {
            file = view.root().open("other", OpenHow.directory());
        }
        file.close();
        assertThat(MountTable.read().under(temporary)).isEmpty();
        Files.delete(target);
        Files.createDirectory(target);
    }

    private void mountTree() throws java.io.IOException {
        Mounts.mount("test", target, "tmpfs", Set.of(), "size=1m");
        Files.createDirectory(target.resolve("below"));
        Files.createDirectory(target.resolve("other"));
        try (var from = Directory.open(source);
                var copy = DetachedMount.copyOf(from.fd());
                var place = Directory.open(target.resolve("below"))) {
            copy.configure(true);
            copy.attach(place.fd());
        }
    }

    private static List<String> namesAt(MountView view, String path) throws Exception {
        try (var directory = view.root().openDirectory(path, INSIDE)) {
            return names(directory);
        }
    }

    private static List<String> names(Directory directory) throws Exception {
        return directory.list().stream().map(DirectoryEntry::name).toList();
    }
}
