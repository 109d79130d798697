package jong.linux.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryTest {
    private static final OpenHow IN_ROOT = OpenHow.directory().inRoot();

    @TempDir Path temporary;
    private Path inside;
    private Directory root;

    @BeforeEach
    void open() throws Exception {
        inside = Files.createDirectory(temporary.resolve("root"));
        Files.writeString(temporary.resolve("secret"), "outside");
        root = Directory.open(inside);
    }

    @AfterEach
    void close() {
        root.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/etc", "../secret"})
    void whatIsNotASingleNameIsRefused(String name) {
        assertFails(Errno.EINVAL, () -> root.makeDirectory(name, 0755));
        assertFails(Errno.EINVAL, () -> root.unlink(name));
        assertFails(Errno.EINVAL, () -> root.create(name, 0644));
        assertFails(Errno.EINVAL, () -> root.rename("x", root, name));
        assertFails(Errno.EINVAL, () -> root.makeLink("x", root, name));
    }

    @Test
    void aNulInANameIsRefusedRatherThanCut() {
        assertFails(Errno.EINVAL, () -> root.makeDirectory("a\0b", 0755));
        assertThat(inside).isEmptyDirectory();
    }

    @Test
    void symlinksCannotLeadOutOfTheRoot() throws Exception {
        root.makeSymlink("up", "../..");
        root.makeSymlink("absolute", "/");
        root.makeSymlink("escape", "../secret");
        root.makeSymlink("magic", "/proc/self/root");
        try (var up = root.openDirectory("up/..", IN_ROOT);
                var absolute = root.openDirectory("absolute/../../..", IN_ROOT)) {
            assertThat(up.fd().stat().isSameFile(root.fd().stat())).isTrue();
            assertThat(absolute.fd().stat().isSameFile(root.fd().stat())).isTrue();
        }
        assertFails(Errno.ENOENT, () -> root.open("escape", OpenHow.reading().inRoot()));
        assertFails(Errno.EXDEV, () -> root.open("escape", OpenHow.reading().beneath()));
        assertFails(Errno.ELOOP, () -> root.open("up", OpenHow.reading().withoutSymlinks()));
        assertFails(Errno.ENOENT, () -> root.open("magic/etc", OpenHow.reading().inRoot()));
    }

    @Test
    void aNewFileNeverGoesThroughASymlink() throws Exception {
        root.makeSymlink("log", "../secret");
        assertFails(Errno.EEXIST, () -> root.create("log", 0644));
        assertThat(temporary.resolve("secret")).hasContent("outside");
    }

    @Test
    void contentIsWrittenAndReadByHeapAndDirectBuffers() throws Exception {
        try (var file = root.create("f", 0600)) {
            file.writeFully(ByteBuffer.wrap("hello ".getBytes(UTF_8)));
            var direct = ByteBuffer.allocateDirect(5).put("world".getBytes(UTF_8)).flip();
            file.writeFully(direct);
        }
        assertThat(inside.resolve("f")).hasContent("hello world");
        try (var file = root.open("f", OpenHow.reading())) {
            var heap = ByteBuffer.allocate(20);
            assertThat(file.readAt(heap, 6)).isEqualTo(5);
            assertThat(UTF_8.decode(heap.flip()).toString()).isEqualTo("world");
            var direct = ByteBuffer.allocateDirect(20);
            assertThat(file.read(direct)).isEqualTo(11);
            assertThat(file.read(direct)).isZero();
            assertThat(UTF_8.decode(direct.flip()).toString()).isEqualTo("hello world");
        }
    }

    @Test
    void statTellsWhatWasSet() throws Exception {
        try (var file = root.create("f", 0600)) {
            file.truncate(4097);
            file.changeMode(0640);
            file.setTimes(1_000_000_000_000_000_001L, 1_500_000_000_000_000_002L);
        }
        var stat = root.stat("f");
        assertThat(stat.type()).isEqualTo(FileType.REGULAR);
        assertThat(stat.permissions()).isEqualTo(0640);
        assertThat(stat.size()).isEqualTo(4097);
        assertThat(stat.links()).isEqualTo(1);
        assertThat(stat.accessTimeNanos()).isEqualTo(1_000_000_000_000_000_001L);
        assertThat(stat.modificationTimeNanos()).isEqualTo(1_500_000_000_000_000_002L);
        assertThat(stat.inode()).isEqualTo(Files.getAttribute(inside.resolve("f"), "unix:ino"));
    }

    @Test
    void symlinkTimesAreItsOwn() throws Exception {
        root.makeSymlink("link", "../secret");
        root.setTimes("link", Long.MIN_VALUE, -1);
        assertThat(root.stat("link").modificationTimeNanos()).isEqualTo(-1);
        assertThat(root.readSymlink("link")).isEqualTo("../secret");
        assertFails(Errno.EOPNOTSUPP, () -> root.changeMode("link", 0777));
    }

    @Test
    void aNameThatIsNotUtf8IsKept() throws Exception {
        var name = FileName.decode(new byte[] {'x', (byte) 0xFF});
        root.makeDirectory(name, 0755);
        assertThat(root.list()).extracting(DirectoryEntry::name).containsExactly(name);
        root.removeDirectory(name);
    }

    @Test
    void listTellsNamesAndKindsOfManyEntries() throws Exception {
        for (int i = 0; i < 1500; i++) {
            root.makeDirectory("a-rather-long-directory-name-" + i, 0755);
        }
        root.makeNode("fifo", FileType.FIFO, 0600, 0);
        assertThat(root.list()).hasSize(1501);
        assertThat(root.list())
                .filteredOn(e -> e.type() == FileType.FIFO)
                .extracting(DirectoryEntry::name)
                .containsExactly("fifo");
    }

    @Test
    void renameWithoutReplacingKeepsWhatIsThere() throws Exception {
        root.makeDirectory("a", 0755);
        root.makeDirectory("b", 0755);
        assertFails(Errno.EEXIST, () -> root.renameWithoutReplacing("a", root, "b"));
        long a = root.stat("a").inode();
        root.exchange("a", root, "b");
        assertThat(root.stat("b").inode()).isEqualTo(a);
    }

    @Test
    void hardLinksShareTheInode() throws Exception {
        root.create("f", 0600).close();
        root.makeLink("g", root, "f");
        assertThat(root.stat("g").isSameFile(root.stat("f"))).isTrue();
        assertThat(root.stat("g").links()).isEqualTo(2);
    }

    @Test
    void treesAreRemovedHoweverDeepAndWithoutFollowingSymlinks() throws Exception {
        root.makeDirectory("tree", 0755);
        var at = root.openDirectory("tree", OpenHow.directory());
        for (int depth = 0; depth < 1000; depth++) {
            at.makeDirectory("d", 0755);
            at.makeSymlink("s", temporary.toString());
            at.create("f", 0600).close();
            var next = at.openDirectory("d", OpenHow.directory());
            at.close();
            at = next;
        }
        at.close();
        root.removeTree("tree");
        root.removeTree("tree");
        assertThat(inside).isEmptyDirectory();
        assertThat(temporary.resolve("secret")).hasContent("outside");
    }

    @Test
    void largeTreesAreRemovedWhole() throws Exception {
        fillWide("tree");
        int before = openFiles();
        root.removeTree("tree");
        assertThat(inside).isEmptyDirectory();
        assertThat(openFiles()).isEqualTo(before);
    }

    @Test
    @Tag("root")
    void whatCannotBeRemovedEndsTheRemovalOfALargeTree() throws Exception {
        fillWide("tree");
        Path mount = inside.resolve("tree/d7/d3/mount");
        Files.createDirectory(mount);
        assertThat(run("mount", "-t", "tmpfs", "tmpfs", mount.toString())).isZero();
        int before = openFiles();
        try {
            assertThatThrownBy(() -> root.removeTree("tree")).isInstanceOf(ErrnoException.class);
        } finally {
            assertThat(run("umount", mount.toString())).isZero();
        }
        assertThat(openFiles()).isEqualTo(before);
        root.removeTree("tree");
        assertThat(inside).isEmptyDirectory();
    }

    /** 20 directories of 5 of 20 files each. */
    private void fillWide(String name) throws Exception {
        for (int i = 0; i < 20; i++) {
            for (int j = 0; j < 5; j++) {
                Path directory = inside.resolve(name).resolve("d" + i).resolve("d" + j);
                Files.createDirectories(directory);
                for (int k = 0; k < 20; k++) {
                    Files.createFile(directory.resolve("f" + k));
                }
            }
        }
    }

    @Test
    @Tag("root")
    void attributesMayBeLongAndMany() throws Exception {
        try (var file = root.create("f", 0600)) {
            byte[] value = new byte[1000];
            value[999] = 7;
            file.attributes().set("trusted.long", value);
            for (int i = 0; i < 20; i++) {
                file.attributes().set("trusted.one-of-several-attributes-" + i, new byte[0]);
            }
            assertThat(file.attributes().get("trusted.long")).contains(value);
            assertThat(file.attributes().names()).hasSize(21).contains("trusted.long");
        }
    }

    private static int openFiles() throws Exception {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return (int) files.count();
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void contentsAreSpreadWhereTheFileSystemCan() throws Exception {
        boolean ext4 = Files.getFileStore(inside).type().equals("ext4");
        assertThat(root.spreadContents()).isEqualTo(ext4);
        if (ext4) {
            assertThat(run("sh", "-c", "lsattr -d " + inside + " | grep -q '^[^ ]*T'")).isZero();
        }
        try (var proc = Directory.open(Path.of("/proc"))) {
            assertThat(proc.spreadContents()).isFalse();
        }
    }

    @Test
    void aClosedDescriptorIsNeverUsedAgain() throws Exception {
        var file = root.create("f", 0600);
        file.close();
        file.close();
        assertFails(Errno.EBADF, file::stat);
    }

    @Test
    void deviceNumbersFollowTheKernelsEncoding() {
        assertThat(Device.of(1, 3)).isEqualTo(0x103);
        assertThat(Device.of(259, 300)).isEqualTo(0x11032cL);
        assertThat(Device.major(0x11032cL)).isEqualTo(259);
        assertThat(Device.minor(0x11032cL)).isEqualTo(300);
    }

    @Test
    @Tag("root")
    void devicesOwnersAndAttributesAreSetOnTheNameItself() throws Exception {
        root.makeNode("null", FileType.CHARACTER_DEVICE, 0600, Device.of(1, 3));
        root.changeOwner("null", 12, 34);
        root.setAttribute("null", "trusted.test", new byte[] {1, 0, 2});
        root.makeSymlink("link", "../secret");
        root.changeOwner("link", 56, -1);
        root.setAttribute("link", "trusted.test", new byte[] {3});

        var device = root.stat("null");
        assertThat(device.type()).isEqualTo(FileType.CHARACTER_DEVICE);
        assertThat(device.specialDevice()).isEqualTo(Device.of(1, 3));
        assertThat(device.uid()).isEqualTo(12);
        assertThat(device.gid()).isEqualTo(34);
        assertThat(root.stat("link").uid()).isEqualTo(56);
        try (var link = root.open("link", OpenHow.path().withoutFollowing())) {
            assertThat(link.attributes().names()).contains("trusted.test");
            assertThat(link.attributes().get("trusted.test")).contains(new byte[] {3});
            assertThat(link.attributes().get("trusted.other")).isEmpty();
        }
        try (var secret = Fd.open(temporary.resolve("secret"), OpenHow.reading())) {
            assertThat(secret.attributes().names()).doesNotContain("trusted.test");
            assertThat(secret.fileSystem().blockBytes()).isPositive();
        }
    }

    private static void assertFails(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
    }
}
