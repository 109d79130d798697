package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jong.manager.check.ContainerSnapshots;
import jong.manager.gc.GarbageCollector;
import jong.manager.gc.Marks;
import jong.manager.gc.Roots;
import jong.manager.leases.Lease;
import jong.manager.leases.LeasedContent;
import jong.manager.leases.Resource;
import jong.manager.snapshots.SnapshotInfo;
import jong.manager.unpack.UnpackLimits;
import jong.oci.Digest;
import jong.oci.reference.Reference;
import jong.registry.RegistryOptions;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An image is removed, and while a collection takes what it had, something else happens at one
 * exact point: a container is made on it, a pull finds it, it is loaded again. Whatever stays is
 * whole then.
 */
@Tag("root")
class CollectionInterleavingTest {

    private static final Reference NAME = Reference.parse("example/app:v1");

    @TempDir Path directory;

    private StoreOnDisk store;
    private Layers layers;
    private ImageStore records;
    private byte[] archive;
    private Image image;

    @BeforeEach
    void load() throws Exception {
        store = new StoreOnDisk(directory.resolve("root"), RegistryOptions.DEFAULT);
        layers = new Layers(store.content, store.snapshots, store.metadata, UnpackLimits.NONE);
        records = new ImageStore(store.metadata);
        var layout =
                new Layout(
                        directory.resolve("layout"),
                        List.of(List.of("bottom=1"), List.of("middle=2"), List.of("top=3")));
        archive = Commands.run("tar", "-c", "-C", layout.path.toString(), ".");
        image = loadImage();
    }

    /** As {@link ClassicImages#load}, but without a collection of its own at the end. */
    private Image loadImage() throws IOException {
        try (Lease lease = store.leases.begin(Map.of("jong/work", "load"))) {
            var leased = new LeasedContent(store.content, lease);
            var progress = new Progress(ProgressListener.NONE);
            var load = new ArchiveLoad(leased, layers.under(lease), null, progress);
            var loaded = load.run(new ByteArrayInputStream(archive)).getFirst();
            records.add(loaded.id(), loaded.manifest(), List.of(NAME));
            return store.images.get(loaded.id().toString());
        }
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /** Something that happens in the middle of a collection. */
    private interface Event {
        void happen() throws IOException;
    }

    /** Removes the image's record, as a prune does, and collects; the event comes in between. */
    private void collectWithout(Event afterMarks, Event afterFirstLayer) throws IOException {
        records.remove(image.id());
        collect(afterMarks, afterFirstLayer);
    }

    private void collect(Event afterMarks, Event afterFirstLayer) throws IOException {
        Roots roots = new ImageRoots(store.content, layers, records);
        try (var collector =
                new GarbageCollector(
                        store.content,
                        store.snapshots,
                        store.leases,
                        new EventfulRoots(roots, afterMarks, afterFirstLayer))) {
            collector.collect();
        }
    }

    private void makeContainer() throws IOException {
        store.snapshots.prepare("box", image.snapshot());
    }

    private Lease leaseOnLayers() {
        Lease lease = store.leases.begin(Map.of("jong/work", "pull"));
        for (Digest chainId : image.config().chainIds()) {
            lease.add(List.of(Resource.snapshot(chainId.toString())));
        }
        return lease;
    }

    @Test
    void containerMadeAfterTheMarksKeepsLayersAndArchives() throws Exception {
        collectWithout(this::makeContainer, () -> {});
        assertLayersAreWhole();
        assertThat(store.content.info(image.id())).as("configuration").isEmpty();
        store.snapshots.remove("box");
        assertNothingIsLeftAfterACollection();
    }

    @Test
    void containerOnLayersThatALeaseKeptKeepsArchives() throws Exception {
        collectWithout(
                () -> {
                    Lease pull = leaseOnLayers();
                    makeContainer();
                    pull.close(); // It got no further.
                },
                () -> {});
        assertLayersAreWhole();
        collect(() -> {}, () -> {});
        assertLayersAreWhole();
    }

    @Test
    void containerComesTooLateOnceTheTopLayerIsGone() throws Exception {
        collectWithout(
                () -> {},
                () ->
                        assertThatThrownBy(this::makeContainer)
                                .isInstanceOf(StatusException.NotFound.class));
        assertNothingIsLeftAfterACollection();
    }

    @Test
    void containerOnALowerLayerKeepsThatAndItsArchive() throws Exception {
        List<Digest> chain = image.config().chainIds();
        String middle = chain.get(1).toString();
        collectWithout(() -> {}, () -> store.snapshots.prepare("box", middle));
        assertThat(snapshots()).containsExactlyInAnyOrder("box", chain.get(0).toString(), middle);
        assertSound();
    }

    @Test
    void imageLoadedAfterTheMarksStays() throws Exception {
        collectWithout(this::loadImage, () -> {});
        collect(() -> {}, () -> {}); // Files of the archive that no image uses.
        assertThat(store.images.get(NAME.toString()).id()).isEqualTo(image.id());
        assertLayersAreWhole();
    }

    @Test
    void imageLoadedWhileItsLayersGoStays() throws Exception {
        try (var threads = Executors.newSingleThreadExecutor()) {
            List<Future<Image>> loading = new ArrayList<>();
            collectWithout(() -> {}, () -> loading.add(threads.submit(this::loadImage)));
            assertThat(loading.getFirst().get().id()).isEqualTo(image.id());
        }
        collect(() -> {}, () -> {});
        assertThat(store.images.get(NAME.toString()).id()).isEqualTo(image.id());
        assertLayersAreWhole();
    }

    @Test
    void removedImageIsNeitherNamedNorSavedNorCommittedUpon() throws Exception {
        var request =
                new CommitRequest(image.id().toString(), NAME, new JsonObject(), new JsonObject());
        collectWithout(
                () -> {
                    String id = image.id().toString();
                    assertThatThrownBy(() -> store.images.tag(id, NAME))
                            .isInstanceOf(StatusException.NotFound.class);
                    assertThatThrownBy(() -> records.point(NAME, image.id()))
                            .isInstanceOf(StatusException.NotFound.class);
                    assertThatThrownBy(() -> store.images.commit(request, _ -> {}))
                            .isInstanceOf(StatusException.NotFound.class);
                },
                () -> {});
        assertNothingIsLeftAfterACollection();
    }

    private Set<String> snapshots() throws IOException {
        Set<String> names = new TreeSet<>();
        store.snapshots.walk().stream().map(SnapshotInfo::name).forEach(names::add);
        return names;
    }

    private void assertLayersAreWhole() throws Exception {
        for (Digest chainId : image.config().chainIds()) {
            assertThat(snapshots()).contains(chainId.toString());
            Digest blob = layers.record(chainId).orElseThrow().blob().digest();
            assertThat(store.content.info(blob)).as("archive of " + chainId).isPresent();
        }
        assertSound();
    }

    private void assertSound() throws Exception {
        assertThat(store.check(new Boxes(), Instant.now()).run(true, false).findings()).isEmpty();
    }

    private void assertNothingIsLeftAfterACollection() throws IOException {
        collect(() -> {}, () -> {});
        assertThat(store.content.list()).isEmpty();
        assertThat(snapshots()).isEmpty();
        assertThat(layers.records()).isEmpty();
    }

    /** Roots between whose answers something happens, on the thread of the collection. */
    private static final class EventfulRoots implements Roots {

        private final Roots roots;
        private Event afterMarks;
        private Event afterFirstLayer;

        EventfulRoots(Roots roots, Event afterMarks, Event afterFirstLayer) {
            this.roots = roots;
            this.afterMarks = afterMarks;
            this.afterFirstLayer = afterFirstLayer;
        }

        @Override
        public boolean owns(String snapshot) {
            return roots.owns(snapshot);
        }

        @Override
        public void mark(Marks marks) throws IOException {
            roots.mark(marks);
            Event event = afterMarks;
            afterMarks = () -> {};
            event.happen();
        }

        @Override
        public Set<String> noted() {
            return roots.noted();
        }

        @Override
        public void forget(String snapshot) {
            roots.forget(snapshot);
            Event event = afterFirstLayer;
            afterFirstLayer = () -> {};
            try {
                event.happen();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The container is known as long as its snapshot is there. */
    private final class Boxes implements ContainerSnapshots {
        @Override
        public Set<String> existing() {
            return store.snapshots.stat("box").isPresent() ? Set.of("box") : Set.of();
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
}
