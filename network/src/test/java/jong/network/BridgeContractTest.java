package jong.network;

import java.io.IOException;
import java.util.List;

/** The contract, by a bridge. */
class BridgeContractTest extends SandboxNetworkContract {
    @Override
    SandboxNetwork open(Networks networks, List<Endpoint> attached) throws IOException {
        return networks.openBridge(
                new BridgeSettings("br0", POOLS, 0, BridgeSettings.Policy.OPEN), attached);
    }
}
