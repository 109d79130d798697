package jong.manager.images;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import jong.manager.pack.ParallelGzip;
import jong.manager.unpack.CountedInputStream;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.ContentReader;
import jong.oci.content.ContentStore;
import jong.oci.content.ContentWriter;
import jong.wire.status.StatusException;

/**
 * Gives layers in the form that registries take. What was pulled is sent as it came; what was made
 * or loaded here without compression is compressed once and kept so.
 */
final class LayerArchives {

    private final ContentStore content;
    private final Layers layers;

    LayerArchives(ContentStore content, Layers layers) {
        this.content = content;
        this.layers = layers;
    }

    /**
     * The compressed archive of a layer, in the content store.
     *
     * @param compressing hears how many plain bytes have been compressed, if they have to be
     * @return its descriptor, of docker's type for gzip and of OCI's for zstd, which docker lacks
     */
    Descriptor compressed(Digest chainId, LongConsumer compressing) throws IOException {
        LayerRecord layer =
                layers.record(chainId)
                        .orElseThrow(() ->
                                new StatusException.NotFound(
                                        "layer " + chainId + " does not exist"));
        Descriptor blob = layer.blob();
        String type = blob.mediaType();
        if (MediaTypes.isForeignLayer(type)) {
            return blob;
        }
        try (ContentReader reader = content.open(blob.digest())) {
            byte[] magic = reader.stream().readNBytes(4);
            if (magic.length == 4 && magic[0] == 0x1f && (magic[1] & 0xff) == 0x8b) {
                return Descriptor.of(MediaTypes.DOCKER_LAYER_GZIP, blob.digest(), blob.size());
            }
            if (magic.length == 4 && magic[0] == 0x28 && (magic[1] & 0xff) == 0xb5) {
                return Descriptor.of(MediaTypes.OCI_LAYER_ZSTD, blob.digest(), blob.size());
            }
        }
        Descriptor compressed = compress(blob, compressing);
        layers.replaceArchive(chainId, compressed);
        return compressed;
    }

    private Descriptor compress(Descriptor blob, LongConsumer compressing) throws IOException {
        String ref = "compress-" + blob.digest() + "-" + Thread.currentThread().threadId();
        ContentWriter writer = content.writer(ref, null);
        try (writer;
                ContentReader reader = content.open(blob.digest());
                InputStream plain = new CountedInputStream(reader.stream(), compressing)) {
            writer.restart();
            try (var gzip = new ParallelGzip(writer)) {
                plain.transferTo(gzip);
            }
            long size = writer.offset();
            return Descriptor.of(MediaTypes.DOCKER_LAYER_GZIP, writer.commit(), size);
        } catch (IOException | RuntimeException e) {
            writer.discard();
            throw e;
        }
    }
}
