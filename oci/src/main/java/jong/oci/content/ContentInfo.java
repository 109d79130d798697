package jong.oci.content;

import java.time.Instant;
import jong.oci.Digest;

/**
 * What a store knows about a piece of content.
 *
 * @param digest its name
 * @param size its length in bytes
 * @param created when it was committed
 */
public record ContentInfo(Digest digest, long size, Instant created) {}
