package jong.registry.server;

import jong.oci.Digest;

/** Is told what happened to content, after it happened. Must not block. */
interface Observer {

    /** Somebody read a manifest or a blob. A tag is {@code ""} where none was named. */
    void pulled(RegistryExchange exchange, Digest digest, long size, String mediaType, String tag);

    /** Somebody pushed a manifest or a blob. */
    void pushed(RegistryExchange exchange, Digest digest, long size, String mediaType, String tag);

    /** Somebody mounted a blob from another repository, {@code ""} if they named none. */
    void mounted(RegistryExchange exchange, Digest digest, long size, String from);

    /** Somebody deleted a manifest, a blob or a tag; what is not meant is {@code ""}. */
    void deleted(RegistryExchange exchange, String digest, String tag);
}
