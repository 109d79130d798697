package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.Optional;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.image.Manifest;
import jong.wire.status.StatusException;

/** Takes manifests out of answers, believing only what their digest confirms. */
final class Manifests {

    private Manifests() {}

    /** What the headers say about a manifest; empty if they say too little. */
    static Optional<Descriptor> described(HttpResponse<InputStream> response) {
        String digest = response.headers().firstValue("Docker-Content-Digest").orElse("");
        long size = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        if (digest.isEmpty() || size < 0) {
            return Optional.empty();
        }
        return Optional.of(Descriptor.of(mediaType(response), Digest.parse(digest), size));
    }

    /**
     * Reads a manifest.
     *
     * @param tagOrDigest what was asked for
     * @throws StatusException.InvalidArgument if it is too large or has another digest
     */
    static RemoteManifest verified(
            String tagOrDigest, HttpResponse<InputStream> response, InputStream body)
            throws IOException {
        byte[] bytes = body.readNBytes(Manifest.MAX_BYTES + 1);
        if (bytes.length > Manifest.MAX_BYTES) {
            throw new StatusException.InvalidArgument(
                    "manifest " + tagOrDigest + " is larger than " + Manifest.MAX_BYTES + " bytes");
        }
        String told = response.headers().firstValue("Docker-Content-Digest").orElse("");
        String wanted = tagOrDigest.contains(":") ? tagOrDigest : told;
        Digest digest = wanted.isEmpty() ? Digest.sha256(bytes) : Digest.parse(wanted);
        byte[] hash = digest.newMessageDigest().digest(bytes);
        if (!digest.matches(hash)) {
            throw new StatusException.InvalidArgument(
                    "manifest verification failed for digest "
                            + digest
                            + ": the bytes have "
                            + digest.algorithm()
                            + ":"
                            + HexFormat.of().formatHex(hash));
        }
        return new RemoteManifest(Descriptor.of(mediaType(response), digest, bytes.length), bytes);
    }

    private static String mediaType(HttpResponse<InputStream> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    }
}
