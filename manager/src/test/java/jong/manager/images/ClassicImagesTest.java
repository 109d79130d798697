package jong.manager.images;

import static jong.manager.images.Commands.run;
import static jong.manager.images.Commands.skopeo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import jong.linux.mounts.MountTable;
import jong.manager.images.ImageUses.Use;
import jong.manager.leases.Leases;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.LayerSnapshotter;
import jong.manager.snapshots.MountedSnapshot;
import jong.oci.Platform;
import jong.oci.content.LocalContentStore;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.registry.RegistryOptions;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class ClassicImagesTest {

    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final Platform AMD64 = Platform.parse("linux/amd64");

    @TempDir Path directory;

    private Path root;
    private MetadataStore metadata;
    private StoreOnDisk store;
    private LocalContentStore content;
    private LayerSnapshotter snapshots;
    private Leases leases;
    private ClassicImages images;

    @BeforeEach
    void start() throws IOException {
        open(directory.resolve("root"));
    }

    private void open(Path at) throws IOException {
        root = at;
        store = new StoreOnDisk(root, RegistryOptions.DEFAULT);
        metadata = store.metadata;
        content = store.content;
        snapshots = store.snapshots;
        leases = store.leases;
        images = store.images;
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        assertThat(MountTable.read().under(directory)).isEmpty();
    }

    private void restart() throws IOException {
        stop();
        open(root);
    }

    @Test
    void imageIsPulledAndItsLayersAreStacked() throws Exception {
        Layout layout = Layout.fiveLayers(directory.resolve("layout"));
        try (var peer = DockerRegistry.start(directory, "")) {
            peer.push(layout.path, "some/app:v1");
            var reference = Reference.parse(peer.domain() + "/some/app:v1");
            List<String> events = Collections.synchronizedList(new ArrayList<>());
            Image image =
                    images.pull(
                            reference, AMD64, RegistryAuth.ANONYMOUS, RecordedEvents.in(events));
            assertThat(image.id()).isEqualTo(layout.id);
            assertThat(image.tags()).containsExactly(reference);
            assertThat(image.digests().getFirst().familiarString())
                    .startsWith(peer.domain() + "/some/app@sha256:");
            assertThat(tree(image)).containsExactly("big", "c=3", "d/e=4", "last=5");
            assertThat(image.size()).isEqualTo(1 + 2_000_000 + 1 + 1 + 1);
            assertThat(events).first().isEqualTo("v1: Pulling from some/app");
            String top = layout.layers.getLast().digest().shortHex();
            assertThat(events)
                    .containsSubsequence(
                            top + ": Pulling fs layer",
                            top + ": Verifying Checksum",
                            top + ": Download complete",
                            top + ": Pull complete",
                            "Digest: " + image.digests().getFirst().digest(),
                            "Status: Downloaded newer image for " + reference.familiarString());
            assertThat(events).anyMatch(e -> e.matches("[0-9a-f]{12}: Downloading \\d+/\\d+"));

            events.clear();
            images.pull(reference, AMD64, RegistryAuth.ANONYMOUS, RecordedEvents.in(events));
            assertThat(events)
                    .containsExactly(
                            "v1: Pulling from some/app",
                            "Digest: " + image.digests().getFirst().digest(),
                            "Status: Image is up to date for " + reference.familiarString());
            events.clear();
            images.pull(
                    image.digests().getFirst(),
                    AMD64,
                    RegistryAuth.ANONYMOUS,
                    RecordedEvents.in(events));
            assertThat(events)
                    .first()
                    .isEqualTo(image.digests().getFirst() + ": Pulling from some/app");
            restart();
            assertThat(tree(images.get(reference.toString()))).contains("last=5");
            images.remove(reference.toString(), false, true, ImageUses.NONE);
            assertNothingIsLeft();
        }
    }

    @Test
    void severalPullsOfOneImageAtOnceAgree() throws Exception {
        Layout layout = Layout.fiveLayers(directory.resolve("layout"));
        try (var peer = DockerRegistry.start(directory, "")) {
            peer.push(layout.path, "app:v1");
            var reference = Reference.parse(peer.domain() + "/app:v1");
            List<Thread> threads = new ArrayList<>();
            List<Object> results = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    try {
                                        results.add(
                                                images.pull(
                                                                reference,
                                                                AMD64,
                                                                RegistryAuth.ANONYMOUS,
                                                                ProgressListener.NONE)
                                                        .id());
                                    } catch (IOException | InterruptedException e) {
                                        results.add(e);
                                    }
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(results).containsOnly(layout.id).hasSize(4);
            assertThat(snapshots.walk()).hasSize(5);
            images.remove(layout.id.toString(), false, true, ImageUses.NONE);
            assertNothingIsLeft();
        }
    }

    @Test
    void failedPullLeavesNothing() throws Exception {
        Layout layout = Layout.fiveLayers(directory.resolve("layout"));
        try (var peer = DockerRegistry.start(directory, "")) {
            peer.push(layout.path, "app:v1");
            String hex = layout.layers.get(3).digest().hex();
            Path blob =
                    directory.resolve(
                            "data/docker/registry/v2/blobs/sha256/"
                                    + hex.substring(0, 2)
                                    + "/"
                                    + hex
                                    + "/data");
            byte[] damaged = Files.readAllBytes(blob);
            damaged[damaged.length / 2]++;
            Files.write(blob, damaged);
            var reference = Reference.parse(peer.domain() + "/app:v1");
            assertThatThrownBy(() ->
                            images.pull(
                                    reference,
                                    AMD64,
                                    RegistryAuth.ANONYMOUS,
                                    ProgressListener.NONE))
                    .hasMessageStartingWith("filesystem layer verification failed for digest");
            assertNothingIsLeft();
            assertThatThrownBy(() ->
                            images.pull(
                                    Reference.parse(peer.domain() + "/app:v1"),
                                    AMD64,
                                    RegistryAuth.ANONYMOUS,
                                    _ -> {
                                        throw new IllegalStateException("client gone");
                                    }))
                    .hasMessage("client gone");
            assertNothingIsLeft();
        }
    }

    @Test
    void fullDiskUndoesWhatWasBegun() throws Exception {
        Layout layout = Layout.fiveLayers(directory.resolve("layout"));
        stop();
        Path small = Files.createDirectory(directory.resolve("small"));
        String disk = directory.resolve("disk").toString(); // With room for the archive alone.
        run("truncate", "-s", "3M", disk);
        run("mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", disk);
        run("mount", "-o", "loop", disk, small.toString());
        try {
            open(small);
            byte[] archive = run("tar", "-c", "-C", layout.path.toString(), ".");
            assertThatThrownBy(() ->
                            images.load(
                                    new ByteArrayInputStream(archive), null, ProgressListener.NONE))
                    .hasMessageMatching("(?is).*no space left on device.*");
            assertNothingIsLeft();
            store.registry.close();
            metadata.close();
        } finally {
            run("umount", small.toString());
        }
        open(directory.resolve("root"));
    }

    @Test
    void whatADeathInTheMiddleLeftGoesAtTheNextStart() throws Exception {
        images.ensureBuiltIn(Reference.parse("hello-world"), BUSYBOX);
        int kept = content.list().size();
        content.put(new byte[] {1, 2, 3});
        try (var writer = content.writer("half", null)) {
            writer.write(1);
        }
        snapshots.prepare("lease-77", "");
        snapshots.prepare("x", "");
        snapshots.commit("sha256:" + "a".repeat(64), "x");
        snapshots.prepare("container", images.get("hello-world").snapshot());
        restart();
        assertThat(content.list()).hasSize(kept);
        assertThat(content.ingests()).isEmpty();
        assertThat(snapshots.walk())
                .extracting(s -> s.name())
                .containsExactlyInAnyOrder(images.get("hello-world").snapshot(), "container");
    }

    @Test
    void archivesOfSkopeoAreLoadedAndOursAreReadBySkopeo() throws Exception {
        Layout layout = Layout.fiveLayers(directory.resolve("layout"));
        Path archive = directory.resolve("skopeo.tar");
        skopeo("oci:" + layout.path, "docker-archive:" + archive + ":example/app:v1");
        List<String> events = new ArrayList<>();
        Image image;
        try (var in = Files.newInputStream(archive)) {
            image = images.load(in, null, RecordedEvents.in(events)).getFirst();
        }
        assertThat(events).last().isEqualTo("Loaded image: example/app:v1\n");
        assertThat(tree(image)).containsExactly("big", "c=3", "d/e=4", "last=5");
        Path saved = directory.resolve("saved.tar");
        images.tag("example/app:v1", Reference.parse("example/app:v2"));
        try (var out = Files.newOutputStream(saved)) {
            images.save(List.of("example/app"), null, out);
            checkNotSaved("nosuch", "No such image: nosuch");
            checkNotSaved("example/app:v3", "reference does not exist");
        }
        skopeo(
                "docker-archive:" + saved + ":example/app:v2",
                "oci:" + directory.resolve("again:v1"));
        Path unpacked = Files.createDirectory(directory.resolve("unpacked"));
        run("tar", "-xf", saved.toString(), "-C", unpacked.toString());
        // The same archive is an OCI layout, too; both ways lead to the same configuration.
        skopeo(
                "oci:" + unpacked + ":v1",
                "docker-archive:" + directory.resolve("third.tar") + ":x:y");

        images.remove(image.id().toString(), true, true, ImageUses.NONE);
        assertNothingIsLeft();
        try (var in = Files.newInputStream(saved)) {
            assertThat(images.load(in, null, ProgressListener.NONE).getFirst().id())
                    .isEqualTo(image.id());
        }
        assertThat(images.list()).hasSize(1);
        assertThat(images.list().getFirst().tags())
                .extracting(Reference::familiarString)
                .containsExactly("example/app:v1", "example/app:v2");
    }

    @Test
    void ociLayoutsAreLoadedPlainAndCompressed() throws Exception {
        Layout layout = Layout.fiveLayers(directory.resolve("layout"));
        byte[] tar = run("tar", "-c", "-C", layout.path.toString(), ".");
        for (byte[] archive : List.of(tar, Layout.gzip(tar), Zstd.compress(tar))) {
            List<String> events = new ArrayList<>();
            Image image =
                    images.load(new ByteArrayInputStream(archive), null, RecordedEvents.in(events))
                            .getFirst();
            assertThat(image.id()).isEqualTo(layout.id);
            assertThat(events).last().isEqualTo("Loaded image: example/app:v1\n");
            images.remove("example/app:v1", false, true, ImageUses.NONE);
            assertNothingIsLeft();
        }
    }

    @Test
    void archivesThatAreNoImageAreRefusedAndForgotten() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.writeString(tree.resolve("x"), "y");
        byte[] tar = run("tar", "-c", "-C", tree.toString(), ".");
        assertThatThrownBy(() ->
                        images.load(new ByteArrayInputStream(tar), null, ProgressListener.NONE))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessage("invalid archive: it has neither manifest.json nor index.json");
        Files.writeString(
                tree.resolve("manifest.json"),
                "[{\"Config\":\"../../../etc/passwd\",\"RepoTags\":[\"x:y\"],\"Layers\":[]}]");
        byte[] hostile = run("tar", "-c", "-C", tree.toString(), ".");
        assertThatThrownBy(() ->
                        images.load(new ByteArrayInputStream(hostile), null, ProgressListener.NONE))
                .hasMessage("invalid archive: file \"../../../etc/passwd\" is missing");
        assertNothingIsLeft();
    }

    @Test
    void tarIsImportedAsOneLayer() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.writeString(tree.resolve("f"), "content");
        byte[] tar = run("tar", "-c", "-C", tree.toString(), ".");
        var request =
                new ImportRequest(
                        Reference.parse("imported"),
                        "Imported from -",
                        new JsonObject()
                                .with("config", new JsonObject().with("Cmd", List.of("/bin/sh"))),
                        AMD64);
        Image image =
                images.importTar(
                        new ByteArrayInputStream(Layout.gzip(tar)), request, ProgressListener.NONE);
        assertThat(image.config().cmd()).containsExactly("/bin/sh");
        assertThat(image.config().diffIds()).containsExactly(jong.oci.Digest.sha256(tar));
        assertThat(tree(image)).containsExactly("f=content");
        assertThat(images.get("imported:latest").id()).isEqualTo(image.id());
        assertThat(images.history(images.get("imported")))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.comment()).isEqualTo("Imported from -");
                    assertThat(line.size()).isEqualTo(7);
                    assertThat(line.tags()).containsExactly("imported:latest");
                });
    }

    @Test
    void builtInImageIsMadeOnceAndAlwaysTheSame() throws Exception {
        Image image = images.ensureBuiltIn(Reference.parse("hello-world"), BUSYBOX);
        assertThat(image.tags()).containsExactly(Reference.parse("hello-world:latest"));
        assertThat(image.config().cmd()).containsExactly("/busybox");
        assertThat(images.ensureBuiltIn(Reference.parse("hello-world"), Path.of("/nonexistent")))
                .isEqualTo(image);
        images.remove("hello-world", false, true, ImageUses.NONE);
        assertThat(images.ensureBuiltIn(Reference.parse("hello-world"), BUSYBOX).id())
                .isEqualTo(image.id());
    }

    @Test
    void removalFollowsDockersRules() throws Exception {
        Image image = images.ensureBuiltIn(Reference.parse("a"), BUSYBOX);
        String id = image.id().shortHex();
        images.tag("a", Reference.parse("b:1"));
        ImageUses stopped = _ -> List.of(new Use("c".repeat(64), false));
        ImageUses running = _ -> List.of(new Use("d".repeat(64), true));

        assertThatThrownBy(() -> images.remove(id, false, true, ImageUses.NONE))
                .isInstanceOf(StatusException.Conflict.class)
                .hasMessage(
                        "conflict: unable to delete "
                                + id
                                + " (must be forced) - image is"
                                + " referenced in multiple repositories");
        assertThat(images.remove("a", false, true, stopped))
                .containsExactly(new Removal.Untagged("a:latest"));
        assertThatThrownBy(() -> images.remove("b:1", false, true, stopped))
                .hasMessage(
                        "conflict: unable to remove repository reference \"b:1\" (must force) -"
                                + " container cccccccccccc is using its referenced image "
                                + id);
        assertThatThrownBy(() -> images.remove(id, false, true, stopped))
                .hasMessage(
                        "conflict: unable to delete "
                                + id
                                + " (must be forced) - image is being"
                                + " used by stopped container cccccccccccc");
        assertThatThrownBy(() -> images.remove(id, true, true, running))
                .hasMessage(
                        "conflict: unable to delete "
                                + id
                                + " (cannot be forced) - image is"
                                + " being used by running container dddddddddddd");
        assertThat(images.remove("b:1", true, true, running))
                .as("a forced name goes, the image in use stays")
                .containsExactly(new Removal.Untagged("b:1"));
        assertThat(images.get(id).tags()).isEmpty();
        assertThat(images.remove(id, false, true, ImageUses.NONE))
                .containsExactly(
                        new Removal.Deleted(image.id().toString(), 0),
                        new Removal.Deleted(image.snapshot(), image.size()));
        assertNothingIsLeft();
    }

    @Test
    void layersOfARemovedImageStayWhileAContainerStandsOnThem() throws Exception {
        Image image = images.ensureBuiltIn(Reference.parse("a"), BUSYBOX);
        snapshots.prepare("container", image.snapshot());
        images.remove("a", true, true, ImageUses.NONE);
        assertThat(images.list()).isEmpty();
        assertThat(snapshots.walk()).hasSize(2);
        assertThat(snapshots.isIntact(image.snapshot())).isTrue();
        snapshots.remove("container");
        restart();
        assertNothingIsLeft();
    }

    /** The image's files as {@code name=content}; of long ones the name. */
    private List<String> tree(Image image) throws IOException {
        var mounts = snapshots.view("look", image.snapshot());
        try (var mounted = MountedSnapshot.mount(mounts, directory.resolve("mounts"));
                Stream<Path> files = Files.walk(mounted.root())) {
            List<String> found = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = mounted.root().relativize(file).toString();
                found.add(Files.size(file) > 100 ? name : name + "=" + Files.readString(file));
            }
            return found;
        } finally {
            snapshots.remove("look");
        }
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(images.list()).isEmpty();
        assertThat(content.list()).isEmpty();
        assertThat(content.ingests()).isEmpty();
        assertThat(root.resolve("content/ingest")).isEmptyDirectory();
        assertThat(snapshots.walk()).isEmpty();
        assertThat(root.resolve("snapshots")).isEmptyDirectory();
        assertThat(metadata.bucket("layers").entries()).isEmpty();
        assertThat(metadata.bucket("names").entries()).isEmpty();
        assertThat(metadata.bucket("leases").entries()).isEmpty();
        assertThat(metadata.bucket("content-labels").entries()).isEmpty();
    }

    private void checkNotSaved(String name, String message) {
        assertThatThrownBy(() -> images.save(List.of(name), null, OutputStream.nullOutputStream()))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessage(message);
    }
}
