package jong.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.Platform;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDocumentsTest {

    private static final String A = "sha256:" + "a".repeat(64);
    private static final String B = "sha256:" + "b".repeat(64);

    @Test
    void manifestGivesConfigAndLayers() {
        Manifest manifest =
                Manifest.parse(
                        bytes(
                                """
                                {"schemaVersion":2,"config":{"mediaType":"c","digest":"%s","size":1},
                                "layers":[{"mediaType":"l","digest":"%s","size":2,
                                "urls":["https://x/"],"annotations":{"k":"v"}}]}\
                                """
                                        .formatted(A, B)),
                        MediaTypes.OCI_MANIFEST);
        assertThat(manifest.config()).isEqualTo(Descriptor.of("c", Digest.parse(A), 1));
        assertThat(manifest.layers().getFirst().annotations()).containsEntry("k", "v");
        assertThat(manifest.layers().getFirst().urls()).containsExactly("https://x/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"schemaVersion\":1}",
                "{\"schemaVersion\":2}",
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:../../etc\",\"size\":1}}",
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"A\",\"size\":-1},\"layers\":[]}",
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"A\",\"size\":1},\"manifests\":[]}",
                "{\"schemaVersion\":2,\"mediaType\":\"x\",\"config\":{\"digest\":\"A\"}}",
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"A\",\"size\":1},\"layers\":[3]}",
            })
    void malformedManifestsAreRefused(String text) {
        byte[] json = bytes(text.replace("\"A\"", "\"" + A + "\""));
        assertThatThrownBy(() -> Manifest.parse(json, MediaTypes.OCI_MANIFEST))
                .isInstanceOf(StatusException.InvalidArgument.class);
    }

    @Test
    void indexWithLayersIsRefused() {
        assertThatThrownBy(() ->
                        Index.parse(
                                bytes(
                                        "{\"schemaVersion\":2,\"manifests\":[],"
                                                + "\"layers\":[{}]}"),
                                ""))
                .hasMessage("invalid index: it has a member \"layers\"");
    }

    @Test
    void documentsHaveSizeLimits() {
        assertThatThrownBy(() -> Manifest.parse(new byte[(4 << 20) + 1], ""))
                .hasMessageContaining("more than the limit of 4194304");
        assertThatThrownBy(() -> ImageConfig.parse(new byte[(8 << 20) + 1]))
                .hasMessageContaining("more than the limit of 8388608");
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, 0",
        "linux/amd64/v3, 1",
        "linux/arm64, 2",
        "linux/arm64/v8, 2",
        "linux/arm/v7, 3",
        "linux/arm/v6, 4",
        "linux/s390x, -1",
        "unknown/unknown, -1",
    })
    void indexGivesTheBestPlatform(String wanted, int position) {
        Index index =
                Index.parse(
                        bytes(
                                """
                                {"schemaVersion":2,"manifests":[%s,%s,%s,%s,%s]}\
                                """
                                        .formatted(
                                                entry("amd64", "", '0'),
                                                entry("amd64", "v2", '1'),
                                                entry("arm64", "v8", '2'),
                                                entry("arm", "v7", '3'),
                                                entry("arm", "v5", '4'))),
                        "");
        var selected = index.select(Platform.parse(wanted));
        assertThat(selected.map(d -> d.digest().hex().charAt(0) - '0').orElse(-1))
                .isEqualTo(position);
    }

    @Test
    void chainIdsAreThoseOfTheSpecification() {
        var config =
                ImageConfig.parse(
                        bytes(
                                "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\",\"%s\"]}}"
                                        .formatted(A, B)));
        // From `printf 'sha256:aa… sha256:bb…' | sha256sum`.
        assertThat(config.chainIds())
                .containsExactly(
                        Digest.parse(A),
                        Digest.parse(
                                "sha256:ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c"));
    }

    private static String entry(String architecture, String variant, char digit) {
        return """
        {"digest":"sha256:%s","size":1,
        "platform":{"os":"linux","architecture":"%s","variant":"%s"}}\
        """
                .formatted(String.valueOf(digit).repeat(64), architecture, variant);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
