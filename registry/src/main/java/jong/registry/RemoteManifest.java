package jong.registry;

import jong.oci.Descriptor;

/** A manifest or index as a registry gave it, with its digest verified. */
public final class RemoteManifest {

    private final Descriptor descriptor;
    private final byte[] bytes;

    RemoteManifest(Descriptor descriptor, byte[] bytes) {
        this.descriptor = descriptor;
        this.bytes = bytes;
    }

    /** Its type, digest and size. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** Exactly the bytes that came. */
    public byte[] bytes() {
        return bytes.clone();
    }
}
