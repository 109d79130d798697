package jong.oci.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import jong.oci.Digest;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalContentStoreTest extends ContentStoreContract {

    @TempDir Path root;
    private final MemoryLabels labels = new MemoryLabels();

    @Override
    LocalContentStore store() throws Exception {
        return new LocalContentStore(root, labels);
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

    @Test
    void whatIsNeitherContentNorIngestIsAStray() throws Exception {
        var store = store();
        store.put(new byte[] {1, 2, 3});
        try (ContentWriter writer = store.writer("half", null)) {
            writer.write(new byte[10]);
        }
        assertThat(store.strays()).isEmpty();
        Path foreign = Files.writeString(root.resolve("blobs/sha256/x"), "foreign");
        Path other = Files.writeString(root.resolve("ingest/x"), "foreign");
        Path noRef = Files.writeString(root.resolve("ingest/" + "a".repeat(64) + ".data"), "bytes");
        Path cut = Files.writeString(root.resolve("ingest/" + "b".repeat(64) + ".ref"), "");
        assertThat(store.strays()).containsExactlyInAnyOrder(foreign, other, noRef, cut);
        assertThat(store.list()).hasSize(1);
        assertThat(store.ingests()).containsExactly("half");
        // What a death in the middle of a beginning leaves goes when the store is opened.
        assertThat(store().strays()).containsExactlyInAnyOrder(foreign, other);
        assertThat(store().ingests()).containsExactly("half");
    }

    @Test
    void labelsOfDeletedContentAreNotKept() throws Exception {
        Digest digest = store().put(new byte[] {1, 2, 3});
        store().updateLabels(digest, _ -> Map.of("a", "b"));
        store().delete(digest);
        assertThat(labels.labelled()).isEmpty();
    }

    @Test
    void storeWithoutLabelsSaysSo() throws Exception {
        var store = new LocalContentStore(root);
        Digest digest = store.put(new byte[] {1, 2, 3});
        assertThatThrownBy(() -> store.updateLabels(digest, _ -> Map.of()))
                .isInstanceOf(StatusException.Unimplemented.class);
        assertThat(store.delete(digest)).isTrue();
    }

    @Test
    void openingAgainWritesNothing() throws Exception {
        Digest digest = new LocalContentStore(root).put(new byte[] {1, 2, 3});
        Path layout = root.resolve("oci-layout");
        Files.writeString(layout, "as it was");
        assertThat(new LocalContentStore(root).info(digest)).isPresent();
        assertThat(layout).hasContent("as it was");
    }

    @Test
    void fullDiskIsToldAsSuch() throws Exception {
        var full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
        assertThatThrownBy(() -> full.write(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .satisfies(e ->
                        assertThat(new StorageException("cannot write x", (IOException) e))
                                .hasMessage("cannot write x: No space left on device"));
        full.close();
    }
}
