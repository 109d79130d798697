package jong.manager.images;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import jong.manager.unpack.Interruption;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.content.ContentStore;
import jong.registry.BlobListener;
import jong.registry.OpenUpload;
import jong.registry.Repository;
import jong.wire.status.StatusException;

/**
 * Compresses a layer and sends it at the same time. It is stored meanwhile too: where the
 * connection breaks, or a registry does not take what it is not told the length of, it is sent once
 * more from there.
 */
final class LayerUpload {

    private static final System.Logger LOG = System.getLogger(LayerUpload.class.getName());

    private final ContentStore content;
    private final LayerArchives archives;
    private final Repository repository;
    private final BlobListener listener;

    /**
     * For layers of one image.
     *
     * @param listener hears how many bytes of the plain archive are done, then, if it has to be
     *     sent once more, of the compressed one
     */
    LayerUpload(
            ContentStore content,
            LayerArchives archives,
            Repository repository,
            BlobListener listener) {
        this.content = content;
        this.archives = archives;
        this.repository = repository;
        this.listener = listener;
    }

    /**
     * Brings the layer into the repository.
     *
     * @return its compressed archive, in the content store
     * @throws StatusException also if the registry takes no upload; then nothing was compressed
     */
    Descriptor run(Digest chainId) throws IOException, InterruptedException {
        Optional<OpenUpload> upload = begin();
        var pipe = new UploadPipe();
        var sending = new FutureTask<>(() -> send(upload, pipe, archives.plainSize(chainId)));
        Thread sender = Thread.ofVirtual().name("upload").start(sending);
        Descriptor blob;
        boolean sent;
        try {
            blob = archives.compress(chainId, pipe, listener);
            sent = LayerWork.await(sending);
        } catch (IOException | RuntimeException e) {
            pipe.fail(e);
            throw e;
        } finally {
            Interruption.end(sender);
        }
        if (!sent) {
            repository.pushBlob(blob, content, List.of(), listener);
        }
        return blob;
    }

    /** Trouble on the way is left to the attempts that follow; a refusal is final. */
    private Optional<OpenUpload> begin() throws InterruptedException {
        try {
            return Optional.of(repository.beginUpload());
        } catch (IOException | StatusException.Unavailable e) {
            LOG.log(Level.DEBUG, "cannot begin an upload", e);
            return Optional.empty();
        }
    }

    /** Whether the registry has taken it; why it has not, the next attempt will tell. */
    private static boolean send(Optional<OpenUpload> begun, UploadPipe pipe, long size)
            throws InterruptedException {
        if (begun.isEmpty()) {
            pipe.leave();
            return false;
        }
        try (OpenUpload upload = begun.get()) {
            upload.send(pipe.source(), size);
            upload.finish(pipe.digest());
            return true;
        } catch (IOException | StatusException | CompletionException e) {
            LOG.log(Level.DEBUG, "cannot send a layer while it is compressed", e);
            return false;
        } finally {
            pipe.leave();
        }
    }
}
