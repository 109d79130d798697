package jong.manager.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import jong.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataLabelsTest {

    private static final Digest DIGEST = Digest.sha256(new byte[] {1});

    @TempDir Path directory;

    @Test
    void labelsSurviveReopening() {
        Path file = directory.resolve("metadata.db");
        try (var metadata = MetadataStore.open(file)) {
            new MetadataLabels(metadata).update(DIGEST, _ -> Map.of("a", "1", "b", "x,y"));
        }
        try (var metadata = MetadataStore.open(file)) {
            var labels = new MetadataLabels(metadata);
            assertThat(labels.get(DIGEST)).isEqualTo(Map.of("a", "1", "b", "x,y"));
            assertThat(labels.labelled()).containsExactly(DIGEST);
            labels.update(DIGEST, _ -> Map.of());
            assertThat(labels.labelled()).isEmpty();
            assertThat(metadata.bucket("content-labels").entries()).isEmpty();
        }
    }

    @Test
    void changeThatFailsIsUndone() {
        try (var metadata = MetadataStore.open(directory.resolve("metadata.db"))) {
            var labels = new MetadataLabels(metadata);
            labels.update(DIGEST, _ -> Map.of("a", "1"));
            assertThatThrownBy(() ->
                            labels.update(
                                    DIGEST,
                                    before -> {
                                        before.clear();
                                        throw new IllegalStateException("refused");
                                    }))
                    .hasMessage("refused");
            assertThat(labels.get(DIGEST)).isEqualTo(Map.of("a", "1"));
        }
    }
}
