package jong.engine.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts of drivers that may be down, in two lives of a daemon. */
class ForeignMountsTest {

    @TempDir Path directory;
    private MetadataStore metadata;
    private Bucket bucket;
    private final RecordingDriver driver = new RecordingDriver();

    @BeforeEach
    void open() throws IOException {
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        bucket = metadata.bucket("volume-mounts");
    }

    @AfterEach
    void close() throws Exception {
        metadata.close();
    }

    @Test
    void mountOfAnEarlierDaemonIsTakenOverWithoutTheDriver() throws IOException {
        Path place = new ForeignMounts(bucket).mount(() -> driver, "v", "c/data");
        Path again = new ForeignMounts(bucket).mount(ForeignMountsTest::absent, "v", "c/data");
        assertThat(again).isEqualTo(place);
    }

    @Test
    void onlyWhatNobodyHoldsIsUnmounted() throws IOException {
        var before = new ForeignMounts(bucket);
        before.mount(() -> driver, "kept", "c/data");
        before.mount(() -> driver, "left", "c/data");
        var now = new ForeignMounts(bucket);
        now.mount(ForeignMountsTest::absent, "kept", "c/data");
        now.unmountUnheld(_ -> driver);
        assertThat(driver.unmounted).containsExactly("left");
        assertThat(now.place("kept")).isPresent();
        assertThat(now.place("left")).isEmpty();
    }

    private static VolumeDriver absent() throws IOException {
        throw new IOException("no answer");
    }
}
