package jong.registry.server.storage;

import jong.oci.Digest;

/** A manifest as it was pushed: its bytes, their digest, and the media type that came with them. */
public final class StoredManifest {

    private final Digest digest;
    private final String mediaType;
    private final byte[] bytes;

    /** Takes the bytes over; nobody changes them afterwards. */
    public StoredManifest(Digest digest, String mediaType, byte[] bytes) {
        this.digest = digest;
        this.mediaType = mediaType;
        this.bytes = bytes;
    }

    /** The digest of the bytes. */
    public Digest digest() {
        return digest;
    }

    /** The type that it was pushed as. */
    public String mediaType() {
        return mediaType;
    }

    /** The bytes themselves, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }
}
