package jong.manager.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import jong.manager.pack.ParallelGzip;
import jong.manager.unpack.Compression;
import jong.manager.unpack.CountedInputStream;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.ContentReader;
import jong.oci.content.ContentStore;
import jong.oci.content.ContentWriter;
import jong.registry.BlobListener;
import jong.wire.status.StatusException;

/**
 * Gives layers in the form that registries take. What was pulled is sent as it came; what was made
 * or loaded here in another form is compressed once and kept so.
 */
final class LayerArchives {

    private final ContentStore content;
    private final Layers layers;

    LayerArchives(ContentStore content, Layers layers) {
        this.content = content;
        this.layers = layers;
    }

    /**
     * The archive of a layer if it is compressed already.
     *
     * @return its descriptor, of docker's type for gzip and of OCI's for zstd, which docker lacks
     */
    Optional<Descriptor> ready(Digest chainId) throws IOException {
        Descriptor blob = existing(chainId).blob();
        if (MediaTypes.isForeignLayer(blob.mediaType())) {
            return Optional.of(blob);
        }
        try (ContentReader reader = content.open(blob.digest())) {
            byte[] magic = reader.stream().readNBytes(4);
            if (magic.length == 4 && magic[0] == 0x1f && (magic[1] & 0xff) == 0x8b) {
                return Optional.of(describe(MediaTypes.DOCKER_LAYER_GZIP, blob));
            }
            if (magic.length == 4 && magic[0] == 0x28 && (magic[1] & 0xff) == 0xb5) {
                return Optional.of(describe(MediaTypes.OCI_LAYER_ZSTD, blob));
            }
            return Optional.empty();
        }
    }

    /** Bytes of a layer's plain archive. */
    long plainSize(Digest chainId) {
        return existing(chainId).archiveSize();
    }

    /**
     * Compresses the archive of a layer, and keeps it so from now on.
     *
     * @param copy gets the same bytes, and their digest before they are on disk
     * @param listener hears how many plain bytes have been compressed
     */
    Descriptor compress(Digest chainId, UploadPipe copy, BlobListener listener) throws IOException {
        LayerRecord layer = existing(chainId);
        String ref = "compress-" + layer.diffId() + "-" + Thread.currentThread().threadId();
        ContentWriter writer = content.writer(ref, null);
        try (writer;
                ContentReader reader = content.open(layer.blob().digest());
                InputStream archive = Compression.decompressed(reader.stream())) {
            writer.restart();
            try (var gzip = new ParallelGzip(new Both(writer, copy))) {
                new CountedInputStream(
                                archive, done -> listener.transferred(done, layer.archiveSize()))
                        .transferTo(gzip);
            }
            long size = writer.offset();
            copy.end(writer.digest());
            var compressed = Descriptor.of(MediaTypes.DOCKER_LAYER_GZIP, writer.commit(), size);
            layers.replaceArchive(chainId, compressed);
            return compressed;
        } catch (IOException | RuntimeException e) {
            writer.discard();
            throw e;
        }
    }

    private LayerRecord existing(Digest chainId) {
        return layers.record(chainId)
                .orElseThrow(
                        () -> new StatusException.NotFound("layer " + chainId + " does not exist"));
    }

    private static Descriptor describe(String mediaType, Descriptor blob) {
        return Descriptor.of(mediaType, blob.digest(), blob.size());
    }

    /** Writes to the store first, so that nothing is sent that it does not take. */
    private static final class Both extends OutputStream {

        private final OutputStream store;
        private final OutputStream copy;

        Both(OutputStream store, OutputStream copy) {
            this.store = store;
            this.copy = copy;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int start, int length) throws IOException {
            store.write(bytes, start, length);
            copy.write(bytes, start, length);
        }
    }
}
