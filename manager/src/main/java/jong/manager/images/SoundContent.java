package jong.manager.images;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.content.ContentInfo;
import jong.oci.content.ContentReader;
import jong.oci.content.ContentStore;
import jong.wire.status.StatusException;

/** Looks whether content is what it should be before a pull relies on it. */
final class SoundContent {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final ContentStore content;

    SoundContent(ContentStore content) {
        this.content = content;
    }

    /** Whether the content is there; what has been damaged goes, to be fetched again. */
    boolean has(Descriptor wanted) throws IOException {
        if (content.info(wanted.digest()).isPresent() && !isWhole(wanted.digest())) {
            content.delete(wanted.digest());
        }
        return content.has(wanted);
    }

    /**
     * As {@link #has}, of content that is too large to be read without a reason.
     *
     * @throws StatusException.InvalidArgument if the descriptor's size is wrong
     */
    boolean hasOfSize(Descriptor wanted) throws IOException {
        Optional<ContentInfo> info = content.info(wanted.digest());
        boolean suspect = info.isPresent() && info.get().size() != wanted.size();
        return suspect ? has(wanted) : info.isPresent();
    }

    private boolean isWhole(Digest digest) throws IOException {
        MessageDigest hash = digest.newMessageDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (ContentReader reader = content.open(digest)) {
            InputStream stream = reader.stream();
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return digest.matches(hash.digest());
    }
}
