package jong.oci.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DistributionSourceTest {

    @Test
    void sourcesAreNotedAsContainerdDoes() {
        Map<String, String> labels =
                new DistributionSource("docker.io", "library/a").addTo(Map.of());
        labels = new DistributionSource("docker.io", "library/b").addTo(labels);
        labels = new DistributionSource("127.0.0.1:5000", "x").addTo(labels);
        labels = new DistributionSource("docker.io", "library/a").addTo(labels);
        assertThat(labels)
                .containsEntry("containerd.io/distribution.source.docker.io", "library/b,library/a")
                .containsEntry("containerd.io/distribution.source.127.0.0.1:5000", "x");
        assertThat(DistributionSource.of(labels))
                .containsExactlyInAnyOrder(
                        new DistributionSource("docker.io", "library/a"),
                        new DistributionSource("docker.io", "library/b"),
                        new DistributionSource("127.0.0.1:5000", "x"));
    }

    @Test
    void theOldestAreForgottenWhereTheLabelWouldGetTooLong() {
        Map<String, String> labels = Map.of("other", "label");
        for (int i = 0; i < 50; i++) {
            labels = new DistributionSource("r", i + "x".repeat(1000)).addTo(labels);
        }
        assertThat(DistributionSource.of(labels))
                .hasSize(4)
                .first()
                .isEqualTo(new DistributionSource("r", "49" + "x".repeat(1000)));
        assertThat(labels).containsEntry("other", "label");
    }
}
