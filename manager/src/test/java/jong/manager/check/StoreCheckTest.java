package jong.manager.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import jong.linux.files.Directory;
import jong.manager.check.Damage.Kind;
import jong.manager.images.ClassicImages;
import jong.manager.images.DockerRegistry;
import jong.manager.images.Image;
import jong.manager.images.ImageUses;
import jong.manager.images.Layout;
import jong.manager.images.ProgressListener;
import jong.manager.images.StoreOnDisk;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.LayerSnapshotter;
import jong.manager.snapshots.StorageDriver;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.Platform;
import jong.oci.content.LocalContentStore;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.registry.RegistryOptions;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages a store by hand, in all ways that a check tells apart. */
@Tag("root")
class StoreCheckTest {

    private static final String CONTAINER = "c".repeat(64);

    @TempDir Path directory;

    private Path root;
    private MetadataStore metadata;
    private StoreOnDisk store;
    private LocalContentStore content;
    private LayerSnapshotter snapshots;
    private ClassicImages images;
    private StoreCheck check;
    private DockerRegistry peer;
    private Image image;

    @BeforeEach
    void pull() throws Exception {
        root = directory.resolve("root");
        store =
                new StoreOnDisk(
                        root, RegistryOptions.DEFAULT.withAttempts(1, 1, Duration.ofMillis(1)));
        metadata = store.metadata;
        content = store.content;
        snapshots = store.snapshots;
        images = store.images;
        check = check(new OneContainer());
        peer = DockerRegistry.start(directory, "");
        var layout =
                new Layout(
                        directory.resolve("layout"),
                        List.of(List.of("a=1", "b=2"), List.of("d/e=3"), List.of(".wh.a=", "f=4")));
        peer.push(layout.path, "some/app:v1");
        image =
                images.pull(
                        Reference.parse(peer.domain() + "/some/app:v1"),
                        Platform.parse("linux/amd64"),
                        RegistryAuth.ANONYMOUS,
                        ProgressListener.NONE);
        snapshots.prepare(CONTAINER, image.snapshot());
    }

    private StoreCheck check(ContainerSnapshots containers) {
        return store.check(containers, Instant.now().plusSeconds(3600));
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        store.close();
    }

    /** A stopped container of the image. */
    private static class OneContainer implements ContainerSnapshots {
        @Override
        public Set<String> existing() {
            return Set.of(CONTAINER);
        }

        @Override
        public Set<String> owners() {
            return existing();
        }

        @Override
        public Set<String> running() {
            return Set.of();
        }
    }

    @Test
    void soundStoreHasNoDamage() throws Exception {
        CheckReport report = check.run(true, true);
        assertThat(report.findings()).isEmpty();
        assertThat(report.images()).isOne();
        assertThat(report.layers()).isEqualTo(3);
        assertThat(report.content()).isEqualTo(5);
    }

    @Test
    void flippedByteOfALayerIsFoundAndTheLayerFetchedAgain() throws Exception {
        Digest layer = layer(1);
        Path blob = blob(layer);
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob, bytes);
        expect(Kind.CONTENT_CORRUPT, layer.toString(), "fetched again from " + repository());
        assertThat(content.readAll(layer, 1 << 20)).isNotEqualTo(bytes);
    }

    @Test
    void archiveThatCannotBeUnpackedEndsNoFullCheck() throws Exception {
        Digest layer = layer(0);
        byte[] bytes = Files.readAllBytes(blob(layer));
        Files.write(blob(layer), Arrays.copyOf(bytes, bytes.length / 2));
        String top = image.config().chainIds().getLast().toString();
        damage(top, filesBelow(hidden(directoryOf(top))).getLast());
        assertThat(check.run(true, true).findings())
                .allMatch(Finding::repaired)
                .extracting(finding -> finding.damage().kind())
                .containsExactly(Kind.CONTENT_CORRUPT, Kind.LAYER_DIFFERS);
        assertThat(check.run(true, false).findings()).isEmpty();
    }

    @Test
    void layerThatCannotBeComparedIsToldAndTheOthersAreLookedAt() throws Exception {
        String bottom = image.config().chainIds().getFirst().toString();
        JsonObject record = metadata.bucket("layers").get(bottom).orElseThrow();
        Digest other = content.put(new byte[] {0x1f, (byte) 0x8b, 8, 0, 1});
        record.put("blob", Descriptor.of("application/octet-stream", other, 5).toJson());
        metadata.bucket("layers").put(bottom, record);
        assertThat(check.run(true, false).findings())
                .filteredOn(finding -> finding.damage().kind() == Kind.LAYER_DIFFERS)
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.damage().problem())
                                .startsWith(
                                        "the files of layer "
                                                + bottom
                                                + " cannot be compared with its archive: "));
    }

    @Test
    void contentThatCannotBeReadStopsNeitherTheStartNorACheck() throws Exception {
        Path blob = blob(image.id());
        Files.delete(blob);
        Files.createDirectory(blob); // Opens, and every read fails.
        images.collect(true);
        store.close();
        store = new StoreOnDisk(root, RegistryOptions.DEFAULT);
        assertThat(check(new OneContainer()).run(false, false).findings())
                .extracting(finding -> finding.damage().kind())
                .contains(Kind.CONTENT_CORRUPT);
        String id = image.id().toString();
        assertThat(store.images.remove(id, true, false, ImageUses.NONE)).isNotEmpty();
    }

    @Test
    void snapshotThatWasClaimedSinceTheLastLookStays() throws Exception {
        String late = "d".repeat(64);
        snapshots.prepare(late, image.snapshot());
        var containers =
                new OneContainer() {
                    private int looks;

                    @Override
                    public Set<String> owners() {
                        return ++looks > 2 ? Set.of(CONTAINER, late) : super.owners();
                    }
                };
        assertThat(check(containers).run(false, true).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.damage().kind()).isEqualTo(Kind.SNAPSHOT_STRAY);
                    assertThat(finding.outcome()).isEqualTo("not stray any more");
                });
        assertThat(snapshots.stat(late)).isPresent();
    }

    @Test
    void everyPieceOfContentIsFetchedAgainWhenItIsGone() throws Exception {
        for (var info : content.list()) {
            Files.delete(blob(info.digest()));
            expect(
                    Kind.CONTENT_MISSING,
                    info.digest().toString(),
                    "fetched again from " + repository());
        }
    }

    @Test
    void allContentAtOnceIsFetchedAgain() throws Exception {
        for (var info : content.list()) {
            Files.delete(blob(info.digest()));
        }
        assertThat(check.run(false, true).findings())
                .hasSize(5)
                .allMatch(Finding::repaired)
                .allMatch(finding -> finding.damage().kind() == Kind.CONTENT_MISSING);
        assertThat(check.run(true, false).findings()).isEmpty();
    }

    @Test
    void whatNoRegistryHasAnyMoreStaysDamagedAndNothingElseIsLost() throws Exception {
        Digest layer = layer(0);
        Files.delete(blob(layer));
        peer.close();
        int before = content.list().size();
        Finding finding = check.run(false, true).findings().getFirst();
        assertThat(finding.repaired()).isFalse();
        assertThat(finding.outcome()).startsWith(repository() + ": ");
        assertThat(content.list()).hasSize(before);
        assertThat(images.get(image.id().toString()).id()).isEqualTo(image.id());
    }

    @Test
    void damagedConfigurationLetsNoCollectionRemoveLayers() throws Exception {
        Files.writeString(blob(image.id()), "{");
        images.collect(true);
        assertThat(snapshots.walk()).hasSize(4);
        assertThat(content.list()).hasSize(5);
        expect(Kind.CONTENT_CORRUPT, image.id().toString(), "fetched again from " + repository());
    }

    @Test
    void removedDirectoryOfASnapshotIsUnpackedAgain() throws Exception {
        for (Digest chainId : image.config().chainIds()) {
            remove(directoryOf(chainId.toString()));
            expect(Kind.LAYER_MISSING, chainId.toString(), "unpacked again");
        }
        assertThat(snapshots.stat(CONTAINER).orElseThrow().parent()).isEqualTo(image.snapshot());
    }

    @Test
    void lostRowOfASnapshotIsMadeAgain() throws Exception {
        String top = image.config().chainIds().getLast().toString();
        Path own = directoryOf(top);
        metadata.bucket("snapshots").remove(top);
        assertThat(check.run(false, true).findings())
                .allMatch(Finding::repaired)
                .extracting(finding -> finding.damage().kind())
                .containsExactly(Kind.LAYER_MISSING, Kind.FILES_STRAY);
        assertThat(own).doesNotExist();
        assertThat(check.run(true, false).findings()).isEmpty();
    }

    @Test
    void lostRecordOfALayerIsMadeAgain() throws Exception {
        String top = image.config().chainIds().getLast().toString();
        metadata.bucket("layers").remove(top);
        expect(Kind.LAYER_MISSING, top, "unpacked again");
        assertThat(metadata.bucket("layers").get(top)).isPresent();
    }

    @Test
    void changedFileOfALayerIsFoundByTheFullCheckOnly() throws Exception {
        String bottom = image.config().chainIds().getFirst().toString();
        for (String file : filesBelow(hidden(directoryOf(bottom)))) {
            damage(bottom, file);
            expectDifferenceOf(bottom);
        }
    }

    @Test
    void missingAndAdditionalFilesOfADirectoryAreFoundByTheFullCheckOnly() throws Exception {
        String bottom = image.config().chainIds().getFirst().toString();
        assumeFalse(snapshots.driver() == StorageDriver.EROFS, "it has no directories");
        for (String damage : List.of("delete", "add")) {
            Path files = directoryOf(bottom).resolve("fs");
            switch (damage) {
                case "delete" -> Files.delete(files.resolve("b"));
                default -> Files.writeString(files.resolve("new"), "");
            }
            expectDifferenceOf(bottom);
        }
    }

    @Test
    void orphansAreRemoved() throws Exception {
        Path file = Files.writeString(root.resolve("content/blobs/sha256/half"), "x");
        expect(Kind.CONTENT_STRAY, file.toString(), "removed");
        Path ingest = root.resolve("content/ingest/" + "a".repeat(64) + ".data");
        Files.writeString(ingest, "x");
        expect(Kind.CONTENT_STRAY, ingest.toString(), "removed");
        Path tree = Files.createDirectories(root.resolve("snapshots/4711/fs"));
        Files.writeString(tree.resolve("file"), "x");
        expect(Kind.FILES_STRAY, tree.getParent().toString(), "removed");
        String blob = content.put(new byte[] {1, 2, 3}).toString();
        expect(Kind.UNREFERENCED, blob, "removed");
        content.writer("half", null).close();
        expect(Kind.UNREFERENCED, "half", "removed");
        String stranger = "d".repeat(64);
        snapshots.prepare(stranger, image.snapshot());
        expect(Kind.SNAPSHOT_STRAY, stranger, "removed");
        snapshots.prepare("x", "");
        snapshots.commit("sha256:" + "e".repeat(64), "x");
        expect(Kind.UNREFERENCED, "sha256:" + "e".repeat(64), "removed");
        metadata.bucket("names")
                .put("docker.io/library/gone:1", new JsonObject().with("id", stranger(5)));
        expect(Kind.NAME_STRAY, "docker.io/library/gone:1", "removed");
        metadata.bucket("content-labels").put(stranger(6), new JsonObject().with("a", "b"));
        expect(Kind.LABELS_STRAY, stranger(6), "removed");
    }

    @Test
    void lostFilesOfAContainerCannotBeRepaired() throws Exception {
        remove(directoryOf(CONTAINER));
        Finding finding = check.run(false, true).findings().getFirst();
        assertThat(finding.damage().kind()).isEqualTo(Kind.CONTAINER_FILES_MISSING);
        assertThat(finding.repaired()).isFalse();
    }

    @Test
    void imageThatWasLoadedIsWholeAfterItIsLoadedAgain() throws Exception {
        byte[] archive = tarOf(directory.resolve("layout"));
        Image loaded =
                images.load(new ByteArrayInputStream(archive), null, ProgressListener.NONE)
                        .getFirst();
        assertThat(loaded.id()).isEqualTo(image.id());
        remove(directoryOf(image.snapshot()));
        Files.delete(blob(layer(2)));
        images.load(new ByteArrayInputStream(archive), null, ProgressListener.NONE);
        assertThat(check.run(false, false).findings())
                .extracting(finding -> finding.damage().kind())
                .containsExactly(Kind.LAYER_MISSING);
        expect(Kind.LAYER_MISSING, image.snapshot(), "unpacked again");
    }

    /** Finds exactly this, twice; repairs it; finds nothing then. */
    private void expect(Kind kind, String subject, String outcome) throws Exception {
        assertThat(check.run(false, false).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.damage().kind()).isEqualTo(kind);
                    assertThat(finding.damage().subject()).isEqualTo(subject);
                    assertThat(finding.damage().problem()).contains(subject).doesNotEndWith(".");
                    assertThat(finding.repaired()).isFalse();
                });
        assertThat(check.run(false, true).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.repaired()).as(finding.outcome()).isTrue();
                    assertThat(finding.outcome()).isEqualTo(outcome);
                });
        assertThat(check.run(true, false).findings()).isEmpty();
    }

    /** Only a full check finds it; what cannot be compared on a damaged layer is mended, too. */
    private void expectDifferenceOf(String layer) throws Exception {
        assertThat(check.run(false, false).findings()).isEmpty();
        for (boolean repair : List.of(false, true)) {
            var findings = check.run(true, repair).findings();
            assertThat(findings).first().extracting(f -> f.damage().subject()).isEqualTo(layer);
            assertThat(findings)
                    .allMatch(finding -> finding.damage().kind() == Kind.LAYER_DIFFERS)
                    .allMatch(finding -> finding.repaired() == repair);
        }
        assertThat(check.run(true, false).findings()).isEmpty();
    }

    private void damage(String layer, String file) throws IOException {
        Path damaged = hidden(directoryOf(layer)).resolve(file);
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length / 2] ^= 1;
        Files.write(damaged, bytes);
    }

    private String repository() {
        return peer.domain() + "/some/app";
    }

    private static String stranger(int digit) {
        return "sha256:" + Integer.toString(digit).repeat(64);
    }

    private Digest layer(int position) {
        String chainId = image.config().chainIds().get(position).toString();
        JsonObject record = metadata.bucket("layers").get(chainId).orElseThrow();
        return Digest.parse(record.object("blob").string("digest"));
    }

    private Path blob(Digest digest) {
        return root.resolve("content/blobs/sha256").resolve(digest.hex());
    }

    private Path directoryOf(String snapshot) {
        JsonObject record = metadata.bucket("snapshots").get(snapshot).orElseThrow();
        return root.resolve("snapshots").resolve(Long.toString(record.number("number")));
    }

    /** The same directory, without what is mounted there, which is in the way of damage. */
    private Path hidden(Path own) throws IOException {
        snapshots.unmountUnused(Set.of());
        return own;
    }

    private static List<String> filesBelow(Path own) throws IOException {
        try (var files = Files.walk(own)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> own.relativize(file).toString())
                    .toList();
        }
    }

    private void remove(Path tree) throws IOException {
        try (var parent = Directory.open(hidden(tree).getParent())) {
            parent.removeTree(tree.getFileName().toString());
        }
    }

    private static byte[] tarOf(Path tree) throws Exception {
        Process tar = new ProcessBuilder("tar", "-c", "-C", tree.toString(), ".").start();
        byte[] bytes = tar.getInputStream().readAllBytes();
        assertThat(tar.waitFor()).isZero();
        return bytes;
    }
}
