package jong.engine.networks;

import jong.network.SandboxNetwork;
import org.jspecify.annotations.Nullable;

/**
 * A network that is open.
 *
 * @param stored what is kept of it
 * @param network what reaches its sandboxes; null for {@code host} and {@code none}
 */
record KnownNetwork(StoredNetwork stored, @Nullable SandboxNetwork network) {}
