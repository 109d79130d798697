package jong.engine.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import jong.engine.events.Events;
import jong.manager.images.ClassicImages;
import jong.manager.images.CommitRequest;
import jong.manager.images.Image;
import jong.manager.images.ImageUses;
import jong.manager.images.ImportRequest;
import jong.manager.images.ProgressListener;
import jong.manager.leases.Leases;
import jong.manager.metadata.MetadataLabels;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.CopySnapshotter;
import jong.manager.unpack.UnpackLimits;
import jong.oci.Platform;
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
class ImageServiceTest {

    @TempDir Path directory;
    private MetadataStore metadata;
    private RegistryClient registry;
    private ClassicImages images;
    private ImageService service;

    @BeforeEach
    void open() throws IOException {
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        registry = new RegistryClient(RegistryOptions.DEFAULT);
        var snapshots = new CopySnapshotter(directory, metadata);
        images =
                new ClassicImages(
                        new LocalContentStore(
                                directory.resolve("content"), new MetadataLabels(metadata)),
                        snapshots,
                        metadata,
                        new Leases(metadata, Clock.systemUTC()),
                        registry,
                        3,
                        5,
                        UnpackLimits.NONE);
        service =
                new ImageService(images, snapshots, ImageUses.NONE, new Events(Clock.systemUTC()));
    }

    @AfterEach
    void close() throws IOException {
        images.collector().close();
        registry.close();
        metadata.close();
    }

    @Test
    void danglingImagesGoUntilNoneIsLeftWhateverWasMadeFromThem() throws Exception {
        Image parent =
                images.importTar(
                        new ByteArrayInputStream(new byte[1024]),
                        new ImportRequest(null, "", new JsonObject(), Platform.host()),
                        ProgressListener.NONE);
        Image child =
                images.commit(
                        new CommitRequest(
                                parent.id().toString(), null, new JsonObject(), new JsonObject()),
                        layer -> layer.write(new byte[1024]));
        assertThat(images.list()).extracting(Image::id).containsExactly(child.id(), parent.id());
        assertThat(service.removeOldestDangling()).isEqualTo("image " + child.id());
        // With it what it was made from.
        assertThat(service.removeOldestDangling()).isEmpty();
        assertThat(images.list()).isEqualTo(List.of());
    }
}
