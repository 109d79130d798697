package jong.manager.leases;

import jong.oci.Digest;

/**
 * Something that a lease keeps from being collected.
 *
 * @param kind what it is
 * @param id its name there: a digest, a ref, a key or name
 */
public record Resource(Kind kind, String id) {

    /** The kinds of resources. */
    public enum Kind {
        /** Content, by digest. */
        CONTENT,
        /** Content on its way, by ref. */
        INGEST,
        /** A snapshot, by key or name. */
        SNAPSHOT
    }

    /** Content, whether it is there already or not. */
    public static Resource content(Digest digest) {
        return new Resource(Kind.CONTENT, digest.toString());
    }

    /** An ingest, whether it has begun or not. */
    public static Resource ingest(String ref) {
        return new Resource(Kind.INGEST, ref);
    }

    /** A snapshot, whether it exists or not. */
    public static Resource snapshot(String key) {
        return new Resource(Kind.SNAPSHOT, key);
    }
}
