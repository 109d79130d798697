package jong.oci.runtime;

import jong.wire.json.JsonObject;

/**
 * A container's configuration: {@code config.json} of the OCI runtime specification 1.3.
 *
 * @param json the whole document, members that Jong does not know included
 */
public record Spec(JsonObject json) {}
