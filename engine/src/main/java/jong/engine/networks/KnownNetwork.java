package jong.engine.networks;

import jong.network.BridgeNetwork;
import org.jspecify.annotations.Nullable;

/**
 * A network that is open.
 *
 * @param stored what is kept of it
 * @param bridge its bridge; null for {@code host} and {@code none}
 */
record KnownNetwork(StoredNetwork stored, @Nullable BridgeNetwork bridge) {}
