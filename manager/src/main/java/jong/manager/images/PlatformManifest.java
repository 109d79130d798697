package jong.manager.images;

import java.util.Optional;
import jong.oci.Descriptor;
import jong.oci.Platform;

/**
 * What an image's name stands for on one platform: an entry of the index through which the image
 * was pulled, or its only manifest.
 *
 * @param descriptor the manifest, as the index lists it
 * @param platform what it runs on
 * @param image the image, if that manifest is here
 * @param content bytes of what is in the content store of it: documents and archives of layers
 */
public record PlatformManifest(
        Descriptor descriptor, Platform platform, Optional<Image> image, long content) {

    private static final String TYPE = "vnd.docker.reference.type";
    private static final String SUBJECT = "vnd.docker.reference.digest";

    /** Whether it tells of another manifest how that was built, and is no image. */
    public boolean isAttestation() {
        return descriptor.annotations().getOrDefault(TYPE, "").equals("attestation-manifest");
    }

    /** The digest of the manifest that an attestation tells of. */
    public String subject() {
        return descriptor.annotations().getOrDefault(SUBJECT, "");
    }
}
