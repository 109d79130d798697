package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class TreeCopyTest {

    private static final int COPIES = 400;
    private static final String CONTENT = "content ".repeat(1000);

    @TempDir Path temporary;

    /** A container may do that to its volume while it is cloned. */
    @Test
    void namesThatBecomeOtherFilesAreCopiedAsOneOfThem() throws Exception {
        Path tree = Files.createDirectory(temporary.resolve("tree"));
        Files.writeString(tree.resolve("file"), CONTENT);
        Files.createSymbolicLink(tree.resolve("link"), Path.of("/etc/passwd"));
        Files.createDirectory(tree.resolve("directory"));
        Files.writeString(tree.resolve("directory/in"), CONTENT);
        var end = new AtomicBoolean();
        try (var directory = Directory.open(tree)) {
            directory.makeNode("fifo", FileType.FIFO, 0_600, 0);
            // So that who opens it does not wait for ever.
            try (Fd _ = directory.open("fifo", OpenHow.readingAndWriting())) {
                var swaps = new FutureTask<Void>(swaps(directory, end));
                Thread.ofPlatform().start(swaps);
                try {
                    for (int i = 0; i < COPIES; i++) {
                        Path copy = Files.createDirectory(temporary.resolve("copy" + i));
                        TreeCopy.copy(tree, copy);
                        check(copy);
                    }
                } finally {
                    end.set(true);
                    swaps.get();
                }
            }
        }
    }

    /** A container may use the volume that is filled. */
    @Test
    void failedCopyRemovesWhatItHasMadeAndNothingElse() throws Exception {
        Path tree = Files.createDirectories(temporary.resolve("tree"));
        Files.createDirectories(tree.resolve("top/in"));
        Files.writeString(tree.resolve("top/one"), CONTENT);
        Files.writeString(tree.resolve("top/two"), CONTENT);
        Path target = Files.createDirectory(temporary.resolve("target"));
        Path top = target.resolve("top");
        TreeCopy.Owners stranger =
                stat -> {
                    boolean second =
                            Files.exists(top.resolve("one")) != Files.exists(top.resolve("two"));
                    if (stat.type() == FileType.REGULAR && second) {
                        String left = Files.exists(top.resolve("one")) ? "two" : "one";
                        Files.writeString(top.resolve(left), "foreign");
                        Files.writeString(target.resolve("beside"), "foreign");
                    }
                    return stat;
                };
        try (var from = Directory.open(tree);
                var to = Directory.open(target)) {
            assertThatThrownBy(() -> TreeCopy.copyOrUndo(from, to, stranger))
                    .hasMessageContaining("file exists");
        }
        assertThat(target.resolve("beside")).hasContent("foreign");
        try (var left = Files.list(top)) {
            assertThat(left)
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasContent("foreign"));
        }
    }

    private static Callable<Void> swaps(Directory directory, AtomicBoolean end) {
        return () -> {
            var random = new Random(6);
            List<String> names = List.of("file", "link", "directory", "fifo");
            while (!end.get()) {
                int first = random.nextInt(names.size());
                int second = (first + 1 + random.nextInt(names.size() - 1)) % names.size();
                directory.exchange(names.get(first), directory, names.get(second));
            }
            return null;
        };
    }

    private static void check(Path copy) throws Exception {
        try (var directory = Directory.open(copy)) {
            assertThat(directory.list()).hasSize(4);
            for (var entry : directory.list()) {
                Path path = copy.resolve(entry.name());
                switch (directory.stat(entry.name()).type()) {
                    case REGULAR -> assertThat(path).hasContent(CONTENT);
                    case DIRECTORY -> assertThat(path.resolve("in")).hasContent(CONTENT);
                    case SYMLINK ->
                            assertThat(Files.readSymbolicLink(path)).hasToString("/etc/passwd");
                    default -> assertThat(directory.stat(entry.name()).size()).isZero();
                }
            }
        }
    }
}
