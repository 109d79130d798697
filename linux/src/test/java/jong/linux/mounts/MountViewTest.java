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
                """;
        copied(
                script,
                List.of(target.toString()),
                view -> {
                    assertThat(namesAt(view, target + "/in")).containsExactly("g");
                    assertThat(namesAt(view, source.toString())).containsExactly("f");
                    assertThat(namesAt(view, "/proc")).isEmpty();
                });
    }

    @Test
    void keptMountsAreFoundThroughSymlinksAndPathsThatAreNotClean() throws Exception {
        var script =
                """
                ln -s target link && mkdir target/in && mount -t tmpfs kept target/in
                touch target/in/g; mount -t tmpfs other source && touch source/h
                """;
        copied(
                script,
                List.of(temporary + "/link/in", temporary + "/target/../source/"),
                view -> {
                    assertThat(namesAt(view, target + "/in")).containsExactly("g");
                    assertThat(namesAt(view, source.toString())).containsExactly("h");
                });
    }

    @Test
    void keptMountsInOthersAreTakenOutOfThem() throws Exception {
        var script =
                """
                mount -t tmpfs hidden source && mkdir -p source/a/b source/x && touch source/c
                mount -t tmpfs kept source/a/b && touch source/a/b/g
                echo seen > target/c && mount --bind target/c source/c
                """;
        copied(
                script,
                List.of(source + "/a/b", source + "/c"),
                view -> {
                    assertThat(namesAt(view, source.toString()))
                            .containsExactlyInAnyOrder("f", "a", "c");
                    assertThat(namesAt(view, source + "/a/b")).containsExactly("g");
                    try (var file = view.root().open(source + "/c", OpenHow.reading().inRoot())) {
                        assertThat(file.stat().size()).isEqualTo(5);
                    }
                });
    }

    @Test
    void symlinksThatLeadToTheKernelsFilesKeepNothing() throws Exception {
        copied(
                "ln -s /proc link",
                List.of(temporary + "/link", "/", temporary + "/missing", source + "/f/x"),
                view -> assertThat(namesAt(view, "/proc")).isEmpty());
    }

    /** What is looked at in a view. */
    private interface Look {
        void at(MountView view) throws Exception;
    }

    private void copied(String script, List<String> kept, Look look) throws Exception {
        var command = List.of("unshare", "--mount", "sh", "-ec", script + "\necho ready; exec cat");
        var process = new ProcessBuilder(command).directory(temporary.toFile()).start();
        try (var output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo("ready");
            var file = Path.of("/proc", Long.toString(process.pid()), "ns", "mnt");
            try (var namespace = Fd.open(file, OpenHow.reading());
                    var view = MountView.copyOf(namespace, kept)) {
                look.at(view);
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
