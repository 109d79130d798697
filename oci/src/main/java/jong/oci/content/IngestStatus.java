package jong.oci.content;

import java.time.Instant;

/**
 * How far an ingest is (containerd's content status).
 *
 * @param ref its name
 * @param offset how many bytes it holds
 * @param updated when bytes came last
 */
public record IngestStatus(String ref, long offset, Instant updated) {}
