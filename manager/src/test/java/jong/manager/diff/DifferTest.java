package jong.manager.diff;

import static jong.manager.unpack.Trees.listing;
import static jong.manager.unpack.Trees.run;
import static jong.manager.unpack.Trees.setAttribute;
import static jong.manager.unpack.Trees.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import jong.linux.files.Directory;
import jong.linux.mounts.MountTable;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.LayerSnapshotter;
import jong.manager.snapshots.Mount;
import jong.manager.snapshots.MountedSnapshot;
import jong.manager.snapshots.SnapshotInfo;
import jong.manager.snapshots.StorageChoice;
import jong.manager.snapshots.StorageDriver;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;
import jong.manager.unpack.UnpackLimits;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Under each storage driver. */
@Tag("root")
@ParameterizedClass
@EnumSource(StorageDriver.class)
class DifferTest {

    private static final String IMAGE =
            """
            mkdir -p etc t/dir/sub t/repl_dir t/opq/keep t/opq/gone t/emptied t/attr t/rendir
            echo a > t/same; echo b > t/mod; echo c > t/touched; echo d > t/del
            echo e > t/dir/file; echo f > t/dir/sub/deep; echo g > t/repl_dir/x
            echo h > t/repl_file; echo i > t/opq/same; echo j > t/opq/keep/k
            echo j2 > t/opq/keep/k2; echo l > t/opq/gone/g; echo m > t/emptied/m
            echo n > t/chmod; echo o > t/chown; ln -s same t/link; ln t/same t/hard
            echo p > t/renamed_from; echo q > t/rendir/q; echo sz > t/samesize
            find . -exec touch -h -d '2020-01-02 03:04:05' {} +
            """;

    private static final String CONTAINER =
            """
            echo bb > t/mod; touch t/touched; rm t/del; echo ee >> t/dir/sub/deep
            rm -r t/repl_dir; echo file > t/repl_dir
            rm t/repl_file; mkdir t/repl_file; echo z > t/repl_file/z
            rm -r t/opq; mkdir -p t/opq/keep; echo i > t/opq/same
            touch -d '2020-01-02 03:04:05' t/opq/same
            echo j > t/opq/keep/k; echo new > t/opq/new
            rm t/emptied/m; chmod 600 t/chmod; chown 5:6 t/chown; ln -sf mod t/link
            mv t/renamed_from t/renamed_to; mv t/rendir t/rendir2
            touch t/attr/tmp; rm t/attr/tmp
            mkdir t/newdir; echo n1 > t/newdir/n1; ln t/newdir/n1 t/newdir/n2
            mkfifo t/fifo; mknod t/dev c 1 3
            echo SZ > t/samesize; touch -d '2020-01-02 03:04:05' t/samesize
            chmod 755 t/dir/file; chmod 644 t/dir/file
            mkdir data2; echo hi > etc/hostsx; touch t/newdir/ünï 't/newdir/a b'
            """;

    @Parameter StorageDriver driver;
    @TempDir Path directory;

    private MetadataStore metadata;
    private LayerSnapshotter snapshots;
    private Differ differ;

    @BeforeEach
    void open() throws IOException {
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        Path root = directory.resolve("root");
        snapshots =
                StorageChoice.open(driver.dockerName(), List.of(), root, metadata).snapshotter();
        differ = new Differ(snapshots, mounts());
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        snapshots.unmountUnused(Set.of());
        assertThat(MountTable.read().under(directory)).isEmpty();
        assertThat(snapshots.walk()).noneMatch(s -> s.kind() == SnapshotInfo.Kind.VIEW);
        metadata.close();
    }

    /** Both scripts were run in a container of dockerd 26.1.5; this is its answer, sorted. */
    @Test
    void changesAreThoseThatDockerdTells() throws Exception {
        container(IMAGE, CONTAINER);
        String expected =
                """
                A /data2, C /etc, A /etc/hostsx, C /t, C /t/chmod, C /t/chown, D /t/del,
                A /t/dev, C /t/dir, C /t/dir/sub, C /t/dir/sub/deep, C /t/emptied,
                D /t/emptied/m, A /t/fifo, C /t/link, C /t/mod, A /t/newdir, A /t/newdir/a b,
                A /t/newdir/n1, A /t/newdir/n2, A /t/newdir/ünï, C /t/opq, D /t/opq/gone,
                C /t/opq/keep, C /t/opq/keep/k, D /t/opq/keep/k2, A /t/opq/new,
                D /t/renamed_from, A /t/renamed_to, D /t/rendir, A /t/rendir2, A /t/rendir2/q,
                C /t/repl_dir, C /t/repl_file, A /t/repl_file/z, C /t/touched
                """;
        assertThat(changes()).containsExactly(expected.strip().split(",\\s+"));
    }

    /** dockerd also marks t/repl_file/ as opaque, which is no directory below. */
    @Test
    void layerHasTheFilesOfDockerdsAndWhiteoutsFirst() throws Exception {
        container(IMAGE, CONTAINER);
        String names =
                """
                data2/, etc/, etc/hostsx, t/, t/.wh.del, t/.wh.renamed_from, t/.wh.rendir,
                t/attr/, t/chmod, t/chown, t/dev, t/dir/, t/dir/file, t/dir/sub/, t/dir/sub/deep,
                t/emptied/, t/emptied/.wh.m, t/fifo, t/link, t/mod, t/newdir/, t/newdir/a b,
                t/newdir/n1, t/newdir/n2, t/newdir/ünï, t/opq/, t/opq/.wh..wh..opq, t/opq/keep/,
                t/opq/keep/k, t/opq/new, t/opq/same, t/renamed_to, t/rendir2/, t/rendir2/q,
                t/repl_dir, t/repl_file/, t/repl_file/z, t/samesize, t/touched
                """;
        List<String> expected = new ArrayList<>(List.of(names.strip().split(",\\s+")));
        if (driver == StorageDriver.COPY) { // Whole trees do not tell what was made anew.
            expected.removeAll(List.of("t/attr/", "t/dir/file", "t/opq/same", "t/samesize"));
            expected.remove("t/opq/.wh..wh..opq");
            expected.add(expected.indexOf("t/opq/keep/"), "t/opq/.wh.gone");
            expected.add(expected.indexOf("t/opq/keep/k"), "t/opq/keep/.wh.k2");
        }
        assertThat(names(layer("c"))).isEqualTo(expected);
    }

    @Test
    void layerOnTheParentGivesTheContainersTree() throws Exception {
        boolean copies = driver == StorageDriver.COPY; // They do not tell a directory's time.
        String untouched = copies ? "\ntouch -r t/hard t/attr" : "";
        container(IMAGE, CONTAINER + wholeSeconds() + untouched);
        commit("copy", "image", layer("c"));
        assertThat(seen("copy-view", "copy")).isEqualTo(seen("c-view", committed("c")));
    }

    @Test
    void layerOfAWholeTreeIsThatOfGnuTar() throws Exception {
        snapshots.prepare("c", "");
        String mine =
                """
                cp -a /usr/lib/tmpfiles.d /etc/pam.d .
                mkfifo -m 0621 fifo; mknod -m 0604 zero c 1 5; mknod -m 0640 disk b 254 300
                ln -s /etc/passwd absolute; echo x > suid; chown 1000:3000000 suid; chmod 6755 suid
                ln suid other-name; mkdir -m 1777 sticky
                name=$(printf '%0100d' 7); mkdir -p $name/$name; echo long > $name/$name/$name
                ln -s $name/$name/$name link; touch -d 1950-01-01 old; truncate -s 10M sparse
                """;
        change("c", mine + wholeSeconds());
        change(
                "c",
                root -> {
                    setAttribute(
                            root.resolve("suid"), "user.note", new byte[] {0, (byte) 0x80, -1});
                    setAttribute(root.resolve("zero"), "trusted.t", new byte[] {1});
                    setAttribute(root.resolve("old"), "security.capability", capability());
                });
        Path extracted = Files.createDirectory(directory.resolve("extracted"));
        Path file = Files.write(directory.resolve("layer.tar"), layer("c"));
        shell(extracted, "tar -x -p --xattrs --xattrs-include='*' -f " + file);
        change(
                "c",
                root -> {
                    run("touch", "-r", root.toString(), extracted.toString()); // It is in no layer.
                    assertThat(listing(extracted)).isEqualTo(listing(root));
                    String compare = "diff -r --no-dereference -x disk -x zero -x fifo . ";
                    shell(extracted, compare + root);
                });
    }

    @Test
    void namesOfAttributesThatPaxCannotHoldComeThrough() throws Exception {
        snapshots.prepare("c", "");
        change(
                "c",
                root -> {
                    Path file = Files.writeString(root.resolve("f"), "");
                    setAttribute(file, "user.a=b", new byte[] {'x', '=', '\n'});
                    setAttribute(file, "user.\udcff+%41", new byte[0]);
                    shell(root, "touch -d 2020-01-01 f");
                });
        commit("copy", "", layer("c"));
        assertThat(seen("copy-view", "copy"))
                .contains("user.a=b=783d0a")
                .isEqualTo(seen("c-view", committed("c")));
    }

    @Test
    void equalChangesGiveEqualBytes() throws Exception {
        container(IMAGE, CONTAINER + wholeSeconds());
        byte[] first = layer("c");
        assertThat(layer("c")).as("again").isEqualTo(first);
        // Other inodes, another order of creation, other times of whiteouts and of access.
        snapshots.prepare("d", "image");
        Path from = written("c");
        Path to = written("d");
        shell(to, "find . -mindepth 1 -delete");
        run("cp", "-a", from + "/.", to.toString());
        shell(to, "find . -type c -exec touch -h {} +; touch -d '2020-01-02 03:04:05' t/dev");
        shell(from, "touch -d '2020-01-02 03:04:05' t/dev");
        assertThat(layer("d")).as("a copy").isEqualTo(layer("c"));
    }

    @Test
    void treesWithoutOverlaysFormGiveTheSameChanges() throws Exception {
        container(IMAGE, CONTAINER);
        Path lower = Files.createDirectory(directory.resolve("lower"));
        Path upper = Files.createDirectory(directory.resolve("upper"));
        copyView("image", lower);
        List<String> expected = changes();
        copyView(committed("c"), upper);
        List<String> found = new ArrayList<>();
        var listener = new Recorder(found);
        try (var root =
                new ComparedDirectory("", Directory.open(upper), Directory.open(lower), false)) {
            new TreeComparison(TreeComparison.Purpose.CHANGES, listener).walk(root);
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whatTheEngineMadeIsLeftOut() throws Exception {
        String stubs =
                """
                mkdir -p proc sys dev/pts dev/shm etc; touch .dockerenv dev/console etc/hosts
                touch etc/hostname etc/resolv.conf; ln -s /proc/mounts etc/mtab
                """;
        container("mkdir bin; touch bin/sh", stubs);
        assertThat(changes()).isEmpty();
        assertThat(names(layer("c"))).isEmpty();
    }

    @Test
    void whatBecameOfTheEnginesFilesIsNot() throws Exception {
        container(
                "mkdir etc; touch etc/passwd",
                "touch etc/hosts; echo 1 > etc/hostname; ln -s /x etc/mtab; mkdir -p dev/pts/0");
        assertThat(changes())
                .containsExactly(
                        "C /dev",
                        "C /dev/pts",
                        "A /dev/pts/0",
                        "C /etc",
                        "C /etc/hostname",
                        "C /etc/mtab");
        assertThat(names(layer("c")))
                .containsExactly(
                        "dev/", "dev/pts/", "dev/pts/0/", "etc/", "etc/hostname", "etc/mtab");
    }

    @Test
    void capabilityAloneIsAChange() throws Exception {
        container("touch a b; find . -exec touch -d 2020-01-01 {} +", "true");
        change(
                "c",
                root -> {
                    setAttribute(root.resolve("a"), "security.capability", capability());
                    setAttribute(root.resolve("b"), "user.x", new byte[] {1});
                });
        assertThat(changes()).containsExactly("C /a");
        boolean copies = driver == StorageDriver.COPY; // As dockerd's vfs: that one alone counts.
        assertThat(names(layer("c"))).isEqualTo(copies ? List.of("a") : List.of("a", "b"));
    }

    @Test
    void overlayfssOwnAttributesAreInNoLayer() throws Exception {
        container("mkdir d; touch d/x", "rm -r d; mkdir d; touch d/y");
        var tar = new TarReader(new ByteArrayInputStream(layer("c")));
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            assertThat(entry.attributes()).as(entry.name()).isEmpty();
        }
    }

    @Test
    void socketIsAChangeAndInNoLayer() throws Exception {
        container("mkdir run", "true");
        Path place = directory.resolve("s");
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(place));
        }
        change("c", root -> run("mv", place.toString(), root + "/run/s"));
        assertThat(changes()).containsExactly("C /run", "A /run/s");
        assertThat(names(layer("c"))).containsExactly("run/");
    }

    @Test
    void fileNamedAsAWhiteoutIsRefused() throws Exception {
        container("touch a", "mkdir d; touch d/.wh.a");
        assertThat(changes()).containsExactly("A /d", "A /d/.wh.a");
        assertThatThrownBy(() -> layer("c"))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessageStartingWith("file /d/.wh.a cannot be put into a layer");
    }

    @Test
    void attributesBeyondWhatReadersTakeAreRefused() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        run("mount", "-t", "tmpfs", "tmpfs", small.toString());
        try (var root = Directory.open(small)) {
            Path file = Files.writeString(small.resolve("f"), "");
            for (int i = 0; i < 20; i++) {
                setAttribute(file, "trusted." + i, new byte[60_000]);
            }
            var compared = new ComparedDirectory("", root, null, false);
            assertThatThrownBy(() -> Differ.writeLayer(compared, new ByteArrayOutputStream()))
                    .hasMessageMatching("archive/tar: f needs an extended header of .* bytes.*");
        } finally {
            run("umount", small.toString());
        }
    }

    @Test
    void layerOfATreeInUseIsWellFormed() throws Exception {
        snapshots.prepare("c", "");
        Path root = Path.of(snapshots.mounts("c").getFirst().source());
        Process busy =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "cd $0; i=0; while :; do i=$((i+1)); n=$((i%50)); mkdir -p d$n;"
                                        + " head -c $((i*997%300000)) /dev/zero > d$n/f;"
                                        + " mkfifo d$n/p; rm -rf d$(((i+25)%50)); done 2>/dev/null",
                                root.toString())
                        .start();
        try {
            for (int i = 0; i < 40; i++) {
                for (String name : names(layer("c"))) {
                    assertThat(name).matches("d[0-9]+/[fp]?");
                }
                assertThat(changes()).isNotNull();
            }
        } finally {
            busy.destroyForcibly();
            busy.waitFor();
        }
    }

    @Test
    void committedOrUnknownSnapshotsAreRefused() throws Exception {
        container("touch a", "touch b");
        assertThatThrownBy(() -> differ.changes("image", _ -> {}))
                .isInstanceOf(StatusException.InvalidArgument.class);
        assertThatThrownBy(() -> differ.changes("nothing", _ -> {}))
                .isInstanceOf(StatusException.NotFound.class);
    }

    @Test
    void mountsAndViewsThatADeathLeftGoAtTheStart() throws Exception {
        container("touch a", "touch b");
        Path left = MountedSnapshot.mount(snapshots.view("diff-7", "image"), mounts()).root();
        run("mount", "-t", "tmpfs", "tmpfs", left.toString());
        var _ = new Differ(snapshots, mounts());
        assertThat(left).doesNotExist();
        assertThat(MountTable.read().under(left)).isEmpty();
        assertThat(snapshots.stat("diff-7")).isEmpty();
    }

    private interface Edit {
        void of(Path root) throws Exception;
    }

    /** Makes image {@code image} and container {@code c} of it. */
    private void container(String image, String changes) throws Exception {
        snapshots.prepare("i", "");
        change(
                "i",
                root -> {
                    shell(root, image);
                    commit("image", "", run("tar", "-cC", root.toString(), "--posix", "."));
                });
        snapshots.remove("i");
        snapshots.prepare("c", "image");
        change("c", changes);
    }

    private void change(String key, String script) throws Exception {
        change(key, root -> shell(root, script));
    }

    private void change(String key, Edit edit) throws Exception {
        try (var mounted = MountedSnapshot.mount(snapshots.mounts(key), mounts())) {
            edit.of(mounted.root());
        }
    }

    /** Where what is written into it goes. */
    private Path written(String key) throws IOException {
        Mount mount = snapshots.mounts(key).getFirst();
        String upper = mount.option("upperdir");
        return Path.of(upper.isEmpty() ? mount.source() : upper);
    }

    private static String wholeSeconds() {
        return "\nfind . -depth -exec sh -c 'for f; do touch -h -d @$(stat -c %Y \"$f\") \"$f\";"
                + " done' sh {} +";
    }

    private List<String> changes() throws IOException {
        List<Change> changes = new ArrayList<>();
        differ.changes("c", changes::add);
        changes.sort(Comparator.comparing(Change::path));
        return changes.stream()
                .map(change -> change.kind().letter() + " " + change.path())
                .toList();
    }

    private byte[] layer(String key) throws IOException {
        var out = new ByteArrayOutputStream();
        differ.writeLayer(key, out);
        return out.toByteArray();
    }

    private static List<String> names(byte[] tar) throws IOException {
        var reader = new TarReader(new ByteArrayInputStream(tar));
        List<String> names = new ArrayList<>();
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            names.add(entry.name());
        }
        return names;
    }

    private void commit(String name, String parent, byte[] tar) throws IOException {
        var archive = new ByteArrayInputStream(tar);
        var layer = snapshots.unpack("unpack", () -> archive, parent.isEmpty(), UnpackLimits.NONE);
        snapshots.inherit("unpack", layer, parent);
        if (parent.isEmpty()) {
            snapshots.commit(name, "unpack");
        } else {
            snapshots.commitOnto(parent, name, "unpack");
        }
    }

    private String committed(String key) throws IOException {
        snapshots.commit(key + "-done", key);
        return key + "-done";
    }

    /** The merged tree but its root's times, which no layer holds. */
    private String seen(String view, String name) throws Exception {
        snapshots.view(view, name);
        try (var mounted = MountedSnapshot.mount(snapshots.mounts(view), mounts())) {
            return listing(mounted.root()).replaceAll("(?m)^\\. d .*\n", "");
        } finally {
            snapshots.remove(view);
        }
    }

    private void copyView(String name, Path target) throws Exception {
        snapshots.view("copied", name);
        try (var mounted = MountedSnapshot.mount(snapshots.mounts("copied"), mounts())) {
            run("cp", "-a", mounted.root() + "/.", target.toString());
        } finally {
            snapshots.remove("copied");
        }
    }

    private Path mounts() {
        return directory.resolve("mounts");
    }

    /** CAP_SETUID as permitted: a value that is no text. */
    private static byte[] capability() {
        byte[] capability = new byte[20];
        capability[3] = 2;
        capability[4] = (byte) 0x80;
        return capability;
    }
}
