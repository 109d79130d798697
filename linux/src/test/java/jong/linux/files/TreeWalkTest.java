package jong.linux.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeWalkTest {
    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();

    @TempDir Path temporary;
    private final List<String> seen = new ArrayList<>();
    private final DirectoryReader reader = new DirectoryReader();

    @AfterEach
    void closeReader() {
        reader.close();
    }

    @Test
    void whatIsInADirectoryComesBeforeTheNextName() throws Exception {
        Files.createDirectories(temporary.resolve("a/b"));
        Files.createFile(temporary.resolve("a/b/c"));
        Files.createDirectory(temporary.resolve("a/d"));
        Files.createFile(temporary.resolve("e"));
        try (var root = Directory.open(temporary)) {
            TreeWalk.walk(new Noted("", root));
        }
        assertThat(seen)
                .containsExactly(
                        "/a",
                        "/a/b",
                        "/a/b/c",
                        "left /a/b",
                        "/a/d",
                        "left /a/d",
                        "left /a",
                        "/e",
                        "left ");
    }

    @Test
    void treesDeeperThanPathsAreRefused() throws Exception {
        try (var root = Directory.open(temporary)) {
            makeDeep(root, TreeWalk.DEEPEST);
            TreeWalk.walk(new Noted("", root));
            assertThat(seen).hasSize(2 * TreeWalk.DEEPEST + 1);
            root.removeTree("d");
        }
        try (var root = Directory.open(temporary)) {
            makeDeep(root, TreeWalk.DEEPEST + 1);
            assertThatThrownBy(() -> TreeWalk.walk(new Noted("", root)))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
            root.removeTree("d");
        }
    }

    @Test
    void everyDirectoryIsClosedWhateverHappens() throws Exception {
        Files.createDirectories(temporary.resolve("a/b"));
        Files.createFile(temporary.resolve("a/b/stop"));
        List<Directory> opened = new ArrayList<>();
        try (var root = Directory.open(temporary)) {
            assertThatThrownBy(() -> TreeWalk.walk(new Stopped(root, opened)))
                    .hasMessage("stopped");
            assertThat(root.list()).hasSize(1);
        }
        assertThat(opened)
                .hasSize(2)
                .allSatisfy(directory ->
                        assertThatThrownBy(directory::list).isInstanceOf(Exception.class));
    }

    private static void makeDeep(Directory root, int depth) throws IOException {
        root.makeDirectory("d", 0700);
        Directory last = root.openDirectory("d", CHILD);
        for (int i = 1; i < depth; i++) {
            try (Directory parent = last) {
                parent.makeDirectory("d", 0700);
                last = parent.openDirectory("d", CHILD);
            }
        }
        last.close();
    }

    private List<String> some(Directory directory) throws IOException {
        return reader.next(directory).stream().map(DirectoryEntry::name).sorted().toList();
    }

    private final class Noted implements TreeWalk.Node {
        private final String path;
        private final Directory directory;

        Noted(String path, Directory directory) {
            this.path = path;
            this.directory = directory;
        }

        @Override
        public List<String> more() throws IOException {
            return some(directory);
        }

        @Override
        public Optional<Noted> visit(String name) throws IOException {
            String own = path + "/" + name;
            seen.add(own);
            return directory.stat(name).type() == FileType.DIRECTORY
                    ? Optional.of(new Noted(own, directory.openDirectory(name, CHILD)))
                    : Optional.empty();
        }

        @Override
        public void leave() {
            seen.add("left " + path);
        }

        @Override
        public void close() {
            directory.close();
        }
    }

    private final class Stopped implements TreeWalk.Node {
        private final Directory directory;
        private final List<Directory> opened;

        Stopped(Directory directory, List<Directory> opened) {
            this.directory = directory;
            this.opened = opened;
        }

        @Override
        public List<String> more() throws IOException {
            return some(directory);
        }

        @Override
        public Optional<Stopped> visit(String name) throws IOException {
            if (name.equals("stop")) {
                throw new IOException("stopped");
            }
            Directory child = directory.openDirectory(name, CHILD);
            opened.add(child);
            return Optional.of(new Stopped(child, opened));
        }

        @Override
        public void close() {
            directory.close();
        }
    }
}
