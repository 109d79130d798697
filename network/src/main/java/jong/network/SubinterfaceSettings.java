package jong.network;

import java.util.List;
import jong.linux.netlink.IpvlanFlag;
import jong.linux.netlink.IpvlanMode;
import jong.linux.netlink.MacvlanMode;

/**
 * How a network of interfaces on top of one of the host's is to be.
 *
 * @param parent the host's interface; one that does not exist is made when its name is that of a
 *     VLAN of an existing one, such as {@code eth0.10}
 * @param parentLeadsNowhere whether the parent is made for this network, and connects its endpoints
 *     alone
 * @param pools the addresses of its endpoints
 * @param kind what its endpoints' interfaces are
 * @param internal whether no endpoint gets a default route
 */
public record SubinterfaceSettings(
        String parent,
        boolean parentLeadsNowhere,
        List<IpamPool> pools,
        Kind kind,
        boolean internal) {

    /** What an endpoint's interface is. */
    public sealed interface Kind {

        /** An interface with an Ethernet address of its own. */
        record Macvlan(MacvlanMode mode) implements Kind {
            @Override
            public String toString() {
                return "macvlan";
            }
        }

        /** An interface with its parent's Ethernet address. */
        record Ipvlan(IpvlanMode mode, IpvlanFlag flag) implements Kind {
            @Override
            public String toString() {
                return "ipvlan";
            }
        }
    }

    /** Copies the list. */
    public SubinterfaceSettings {
        pools = List.copyOf(pools);
    }

    /** Whether packets leave by the interface, without a gateway. */
    boolean isRouted() {
        return kind instanceof Kind.Ipvlan(var mode, _) && mode != IpvlanMode.L2;
    }
}
