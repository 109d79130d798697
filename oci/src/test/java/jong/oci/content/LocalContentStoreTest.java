package jong.oci.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import jong.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalContentStoreTest extends ContentStoreContract {

    @TempDir Path root;

    @Override
    ContentStore store() throws Exception {
        return new LocalContentStore(root);
    }

    @Test
    void directoryHasTheOciLayout() throws Exception {
        Digest digest = store().put(new byte[] {1, 2, 3});
        assertThat(root.resolve("blobs/sha256").resolve(digest.hex())).hasSize(3);
        assertThat(Files.readString(root.resolve("oci-layout")))
                .isEqualTo("{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    @Test
    void contentAndIngestsSurviveReopening() throws Exception {
        Digest digest = store().put(new byte[] {1, 2, 3});
        try (ContentWriter writer = store().writer("half", null)) {
            writer.write(new byte[10]);
        }
        ContentStore again = store();
        assertThat(again.info(digest)).isPresent();
        assertThat(again.ingests()).containsExactly("half");
        try (ContentWriter writer = again.writer("half", null)) {
            assertThat(writer.offset()).isEqualTo(10);
            writer.discard();
        }
        assertThat(root.resolve("ingest")).isEmptyDirectory();
    }
}
