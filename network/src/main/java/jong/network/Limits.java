package jong.network;

import java.util.List;
import java.util.Locale;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.netlink.Link;
import jong.linux.netlink.LinkChange;
import jong.linux.netlink.RouteRequest;
import jong.linux.netlink.RouteSocket;
import jong.linux.netlink.TrafficControl;

/**
 * The limits of a bridge's endpoints. Both are at the host's end of the veth, where no right that a
 * sandbox may have inside reaches them.
 *
 * <p>What a sandbox receives leaves the host there, and waits in a token bucket. What it sends
 * comes in there, where the kernel can only drop; so it is led over an interface of its own, of
 * kind ifb, and waits at that one. Only a limited endpoint has it, and its name tells whose it is,
 * so that what a killed engine left is found.
 */
final class Limits {
    private static final int BITS = 8;
    private static final int BURSTS_PER_SECOND = 200;
    private static final int QUEUES_PER_SECOND = 10;
    private static final int USUAL_MTU = 1500;
    private static final int HEADER_BYTES = 18; // Ethernet's, with a VLAN.
    private static final int LEAST_BURST = 10; // Packets.
    private static final int LEAST_QUEUE = 30; // Packets.

    private final RouteSocket routes;
    private final String prefix;
    private final int packet;

    Limits(RouteSocket routes, BridgeSettings settings) {
        this.routes = routes;
        int hash = settings.bridge().hashCode() & 0xfffff;
        prefix = String.format(Locale.ROOT, "ifb%05x", hash);
        packet = HEADER_BYTES + (settings.mtu() == 0 ? USUAL_MTU : settings.mtu());
    }

    /** All interfaces that the host has for an endpoint. */
    List<String> interfaces(Endpoint endpoint) {
        return endpoint.bandwidth().egress() == 0
                ? List.of(endpoint.hostInterface())
                : List.of(endpoint.hostInterface(), shaper(endpoint));
    }

    /** Whether an interface is one that was made here for an endpoint of this bridge. */
    boolean isShaper(Link link) {
        return link.kind().equals("ifb") && link.name().matches(prefix + "[0-9a-f]{7}");
    }

    /** Limits an endpoint whose veth has just been made. */
    void apply(Endpoint endpoint) throws ErrnoException {
        var bandwidth = endpoint.bandwidth();
        if (bandwidth.equals(Bandwidth.UNLIMITED)) {
            return;
        }
        int veth = index(endpoint.hostInterface());
        if (bandwidth.ingress() != 0) {
            routes.execute(shape(veth, bandwidth.ingress()));
        }
        if (bandwidth.egress() != 0) {
            int shaper = makeShaper(shaper(endpoint));
            routes.execute(shape(shaper, bandwidth.egress()));
            routes.execute(TrafficControl.redirect(veth, shaper));
        }
    }

    private int makeShaper(String name) throws ErrnoException {
        try {
            routes.execute(RouteRequest.createIfb(name, new LinkChange().up()));
        } catch (ErrnoException e) {
            throw e.errno() != Errno.EOPNOTSUPP
                    ? e
                    : new ErrnoException(
                            "limit what a sandbox sends",
                            name,
                            e.errno().number(),
                            "the kernel has no interfaces of kind ifb (CONFIG_IFB)");
        }
        return index(name);
    }

    private RouteRequest shape(int link, long bits) {
        long rate = bits / BITS;
        long burst = Math.max(rate / BURSTS_PER_SECOND, (long) LEAST_BURST * packet);
        long queue = Math.max(rate / QUEUES_PER_SECOND, (long) LEAST_QUEUE * packet);
        int most = Integer.MAX_VALUE;
        return TrafficControl.shape(
                link, rate, (int) Math.min(burst, most), (int) Math.min(burst + queue, most));
    }

    private int index(String link) throws ErrnoException {
        return routes.link(link)
                .orElseThrow(() -> new ErrnoException("get link", link, Errno.ENODEV.number()))
                .index();
    }

    /** The veth's own digits behind the bridge's. */
    private String shaper(Endpoint endpoint) {
        return prefix + endpoint.hostInterface().substring(BridgeNetwork.VETH.length());
    }
}
