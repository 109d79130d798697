package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jong.manager.leases.Leases;
import jong.manager.metadata.MetadataLabels;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.CopySnapshotter;
import jong.manager.unpack.UnpackLimits;
import jong.oci.Platform;
import jong.oci.content.ContentStore;
import jong.oci.content.LocalContentStore;
import jong.registry.RegistryClient;
import jong.registry.RegistryOptions;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class ImageRemovalsTest {

    @TempDir Path directory;

    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private MetadataStore metadata;
    private RegistryClient registry;
    private LocalContentStore content;
    private ClassicImages images;

    @BeforeEach
    void open() throws IOException {
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        registry = new RegistryClient(RegistryOptions.DEFAULT);
        content = new LocalContentStore(directory.resolve("content"), new MetadataLabels(metadata));
        images =
                new ClassicImages(
                        counted(),
                        new CopySnapshotter(directory, metadata),
                        metadata,
                        new Leases(metadata, Clock.systemUTC()),
                        registry,
                        3,
                        5,
                        UnpackLimits.NONE);
    }

    @AfterEach
    void close() {
        images.collector().close();
        registry.close();
        metadata.close();
    }

    /** The content store, which counts what it is asked. */
    private ContentStore counted() {
        return (ContentStore)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {ContentStore.class},
                        (_, method, arguments) -> {
                            calls.merge(method.getName(), 1, Integer::sum);
                            try {
                                return method.invoke(content, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getTargetException();
                            }
                        });
    }

    @Test
    void manyRemovalsReadAllImagesOnceAndCollectOnce() throws Exception {
        Map<String, Integer> few = removing(5);
        Map<String, Integer> many = removing(20);
        assertThat(few.get("ingests")).isOne(); // Once by each collection.
        assertThat(many.get("ingests")).isOne();
        assertThat(many.get("readAll")).isLessThan(5 * few.get("readAll"));
        assertThat(content.list()).isEmpty();
    }

    /** What the content store is asked while so many images go. */
    private Map<String, Integer> removing(int count) throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(make("image " + i).id().toString());
        }
        images.collector().collect(); // What the works have asked for is done then.
        calls.clear();
        try (var removals = images.removals(ImageUses.NONE)) {
            for (String id : ids) {
                assertThat(removals.remove(id, false, true))
                        .filteredOn(removal ->
                                removal instanceof Removal.Deleted deleted
                                        && deleted.digest().equals(id))
                        .hasSize(1);
            }
        }
        return new HashMap<>(calls);
    }

    @Test
    void layersAreToldOnceTheLastImageThatHasThemGoes() throws Exception {
        Image one = make("one");
        Image two = make("two");
        String layer = one.snapshot();
        assertThat(two.snapshot()).isEqualTo(layer);
        try (var removals = images.removals(ImageUses.NONE)) {
            assertThat(removals.remove(one.id().toString(), false, true))
                    .containsExactly(new Removal.Deleted(one.id().toString(), 0));
            assertThat(removals.remove(two.id().toString(), false, true))
                    .containsExactly(
                            new Removal.Deleted(two.id().toString(), 0),
                            new Removal.Deleted(layer, 0));
        }
    }

    /** An image of the empty layer, without a name. */
    private Image make(String message) throws IOException {
        return images.importTar(
                new ByteArrayInputStream(new byte[1024]),
                new ImportRequest(
                        null, message, new JsonObject().with("author", message), Platform.host()),
                ProgressListener.NONE);
    }
}
