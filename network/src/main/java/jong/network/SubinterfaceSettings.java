package jong.network;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
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

        /**
         * Macvlan interfaces in the mode of one of Docker's words, {@code bridge}, {@code private},
         * {@code vepa} or {@code passthru}; empty for another word.
         */
        static Optional<Kind> macvlan(String mode) {
            return word(MacvlanMode.values(), mode).map(Macvlan::new);
        }

        /** Ipvlan interfaces of one of Docker's modes, such as {@code l2}; empty for another. */
        static Optional<Kind> ipvlan(String mode) {
            return word(IpvlanMode.values(), mode).map(one -> new Ipvlan(one, IpvlanFlag.BRIDGE));
        }

        /** The same with one of Docker's flags of ipvlan; empty where it is none. */
        default Optional<Kind> withFlag(String flag) {
            return this instanceof Ipvlan(var mode, _)
                    ? word(IpvlanFlag.values(), flag).map(one -> new Ipvlan(mode, one))
                    : Optional.of(this);
        }

        private static <E extends Enum<E>> Optional<E> word(E[] values, String text) {
            return Stream.of(values)
                    .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst();
        }

        /** Whether there can be one interface only on a parent. */
        default boolean isPassthru() {
            return this instanceof Macvlan(var mode) && mode == MacvlanMode.PASSTHRU;
        }

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
