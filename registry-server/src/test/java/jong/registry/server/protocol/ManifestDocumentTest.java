package jong.registry.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import org.junit.jupiter.api.Test;

class ManifestDocumentTest {

    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String TWO = "sha256:" + "2".repeat(64);
    private static final String IMAGE =
            "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"text/c\",\"digest\":\""
                    + ONE
                    + "\",\"size\":1},\"layers\":[{\"digest\":\""
                    + TWO
                    + "\"},{\"digest\":\"sha256:nowhere\",\"mediaType\":\""
                    + "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip\"}]}";

    private static ManifestDocument parse(String text, String type) {
        return ManifestDocument.parse(text.getBytes(UTF_8), type);
    }

    @Test
    void anImageNeedsItsConfigAndTheLayersThatMayBePushed() {
        var document = parse(IMAGE, "");
        assertThat(document.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(document.blobs()).containsExactly(Digest.parse(ONE), Digest.parse(TWO));
        assertThat(document.artifactType()).isEqualTo("text/c");
        assertThat(document.subject()).isNull();
    }

    @Test
    void anIndexNeedsItsManifests() {
        var document =
                parse(
                        "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"" + ONE + "\"}]}",
                        MediaTypes.DOCKER_LIST + "; x=y");
        assertThat(document.mediaType()).isEqualTo(MediaTypes.DOCKER_LIST);
        assertThat(document.manifests()).containsExactly(Digest.parse(ONE));
        assertThat(document.artifactType()).isEmpty();
    }

    private static void refuses(String text, String type) {
        assertThatThrownBy(() -> parse(text, type))
                .as(text)
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.MANIFEST_INVALID));
    }

    /** CVE-2021-41190: one document, two readings. */
    @Test
    void whatCouldBeTakenForTwoThingsIsRefused() {
        String both = IMAGE.replace("\"layers\"", "\"manifests\":[],\"layers\"");
        refuses(both, MediaTypes.OCI_MANIFEST);
        refuses(both, MediaTypes.OCI_INDEX);
        refuses(both, "");
        refuses(IMAGE, MediaTypes.OCI_INDEX);
        refuses(
                IMAGE.replace(
                        "{\"schema", "{\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"schema"),
                MediaTypes.OCI_MANIFEST);
    }

    @Test
    void whatIsNoManifestIsRefused() {
        for (String text :
                new String[] {
                    "",
                    "null",
                    "[]",
                    "1",
                    "{",
                    "{}",
                    IMAGE + "x",
                    IMAGE.replace("2,", "1,"),
                    "{\"schemaVersion\":2}",
                    "{\"schemaVersion\":2,\"config\":7}",
                    "{\"schemaVersion\":2,\"config\":{\"digest\":\"../../etc/passwd\"}}",
                    IMAGE.replace(TWO, "md5:" + "2".repeat(32)),
                    "[".repeat(1_000_000)
                }) {
            refuses(text, MediaTypes.OCI_MANIFEST);
        }
        refuses(IMAGE, "application/vnd.docker.distribution.manifest.v1+prettyjws");
        refuses(IMAGE, "text/plain");
    }

    @Test
    void brokenManifestsAreReadOrRefused() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = IMAGE.getBytes(UTF_8);
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                ManifestDocument.parse(bytes, MediaTypes.OCI_MANIFEST);
            } catch (RegistryException e) {
                assertThat(e.code()).as("seed " + seed).isEqualTo(ErrorCode.MANIFEST_INVALID);
            }
        }
    }
}
