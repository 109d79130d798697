package jong.network;

import java.io.IOException;
import java.util.List;
import jong.linux.netlink.IpvlanFlag;
import jong.linux.netlink.IpvlanMode;
import org.junit.jupiter.api.BeforeAll;

/** The contract, by ipvlan interfaces of layer 2 on the host's wire. */
class IpvlanL2ContractTest extends SandboxNetworkContract {
    @BeforeAll
    static void theKernelHasIpvlan() throws Exception {
        Kernel.assumeLinksOf("ipvlan");
    }

    @Override
    SandboxNetwork open(Networks networks, List<Endpoint> attached) throws IOException {
        return networks.openSubinterfaces(
                new SubinterfaceSettings(
                        "wire",
                        false,
                        POOLS,
                        new SubinterfaceSettings.Kind.Ipvlan(IpvlanMode.L2, IpvlanFlag.BRIDGE),
                        false),
                attached);
    }
}
