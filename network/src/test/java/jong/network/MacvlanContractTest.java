package jong.network;

import java.io.IOException;
import java.util.List;
import jong.linux.netlink.MacvlanMode;

/** The contract, by macvlan interfaces on the host's wire. */
class MacvlanContractTest extends SandboxNetworkContract {
    @Override
    SandboxNetwork open(Networks networks, List<Endpoint> attached) throws IOException {
        return networks.openSubinterfaces(
                new SubinterfaceSettings(
                        "wire",
                        false,
                        POOLS,
                        new SubinterfaceSettings.Kind.Macvlan(MacvlanMode.BRIDGE),
                        false),
                attached);
    }
}
