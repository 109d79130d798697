package jong.engine.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.SizeLimits;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start makes of what a death interrupted, one test for each place to die at. */
@Tag("root")
class UnfinishedVolumesTest {

    @TempDir Path directory;
    private MetadataStore metadata;
    private Bucket bucket;
    private VolumePlaces places;
    private final StoredVolume volume =
            new StoredVolume("v", new JsonObject().with("CreatedAt", "2026-01-01T00:00:00Z"));

    @BeforeEach
    void open() throws IOException {
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        bucket = metadata.bucket("volumes");
        places =
                new VolumePlaces(directory.resolve("volumes"), new SizeLimits(directory, metadata));
    }

    @AfterEach
    void close() {
        metadata.close();
    }

    private void restart() throws IOException {
        places =
                new VolumePlaces(directory.resolve("volumes"), new SizeLimits(directory, metadata));
        UnfinishedVolumes.settle(bucket, places);
    }

    @Test
    void filesThatHaveNotArrivedAreForgottenWithTheirRecord() throws IOException {
        var files = places.stage();
        Files.writeString(files.data().resolve("half"), "half");
        bucket.put("v", UnfinishedVolumes.arriving(volume));
        restart();
        assertThat(bucket.entries()).isEmpty();
        assertThat(directory.resolve("volumes")).isEmptyDirectory();
    }

    @Test
    void filesThatHaveArrivedAreTheVolume() throws IOException {
        var files = places.stage();
        Files.writeString(files.data().resolve("file"), "whole");
        bucket.put("v", UnfinishedVolumes.arriving(volume));
        files.become("v");
        restart();
        assertThat(bucket.entries()).containsEntry("v", volume.json());
        assertThat(places.data("v").resolve("file")).hasContent("whole");
    }

    @Test
    void removalThatHasMovedTheFilesIsFinished() throws IOException {
        makeVolume();
        bucket.put("v", UnfinishedVolumes.removed(volume));
        places.moveAway("v");
        restart();
        assertThat(bucket.entries()).isEmpty();
        assertThat(directory.resolve("volumes")).isEmptyDirectory();
    }

    @Test
    void removalThatHasNotMovedAnythingIsForgotten() throws IOException {
        makeVolume();
        bucket.put("v", UnfinishedVolumes.removed(volume));
        restart();
        checkUnchanged();
    }

    @Test
    void renameThatHasNotMovedAnythingIsForgotten() throws IOException {
        makeVolume();
        bucket.put("v", UnfinishedVolumes.renamed(volume, "w"));
        restart();
        checkUnchanged();
    }

    @Test
    void renameWithoutItsRecordIsUndone() throws IOException {
        makeVolume();
        bucket.put("v", UnfinishedVolumes.renamed(volume, "w"));
        places.rename("v", "w");
        restart();
        checkUnchanged();
    }

    @Test
    void archiveTakesThePlaceOfNoFiles() throws IOException {
        makeVolume();
        try (var files = places.stage()) {
            Files.writeString(files.data().resolve("other"), "other");
            assertThatThrownBy(() -> files.fill("v")).hasMessageContaining("directory not empty");
        }
        assertThat(places.data("v").resolve("other")).doesNotExist();
    }

    private void makeVolume() throws IOException {
        places.make("v", 0);
        Files.writeString(places.data("v").resolve("file"), "data");
    }

    private void checkUnchanged() {
        assertThat(bucket.entries()).containsOnlyKeys("v").containsEntry("v", volume.json());
        assertThat(places.data("v").resolve("file")).hasContent("data");
        assertThat(places.exists("w")).isFalse();
    }
}
