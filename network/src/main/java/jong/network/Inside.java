package jong.network;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Set;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;
import jong.linux.netlink.InterfaceAddress;
import jong.linux.netlink.LinkChange;
import jong.linux.netlink.NetworkNamespace;
import jong.linux.netlink.Route;
import jong.linux.netlink.RouteRequest;
import jong.linux.netlink.RouteSocket;

/** What is set up inside a sandbox. */
final class Inside {
    private static final Path SYSCTL = Path.of("/proc/sys/net/ipv6/conf");

    private Inside() {}

    /** Gives an endpoint's interface its addresses and routes; on a thread inside the sandbox. */
    static void configure(Endpoint endpoint, Set<Family> leading) throws IOException {
        boolean ipv6 = endpoint.address(Family.IPV6).isPresent();
        switchIpv6(endpoint.interfaceName(), ipv6);
        try (var inside = new RouteSocket()) {
            int link = inside.link(endpoint.interfaceName()).orElseThrow().index();
            var requests = new ArrayList<RouteRequest>();
            requests.add(RouteRequest.change(link, new LinkChange().up()));
            for (var own : endpoint.addresses()) {
                requests.add(
                        RouteRequest.addAddress(
                                link, InterfaceAddress.of(own.address(), own.prefixLength())));
            }
            for (Family family : leading) {
                endpoint.address(family)
                        .flatMap(Endpoint.Address::gateway)
                        .map(gateway -> lead(gateway, link))
                        .ifPresent(requests::add);
            }
            inside.execute(requests.toArray(RouteRequest[]::new));
        }
    }

    /** Makes an endpoint's gateways the sandbox's default routes, in place of others. */
    static void lead(NetworkNamespace namespace, Endpoint endpoint, Set<Family> families)
            throws IOException {
        try (var inside = RouteSocket.in(namespace)) {
            int link = inside.link(endpoint.interfaceName()).orElseThrow().index();
            for (Family family : families) {
                var gateway = endpoint.address(family).flatMap(Endpoint.Address::gateway);
                if (gateway.isPresent()) {
                    inside.execute(lead(gateway.get(), link));
                }
            }
        }
    }

    private static RouteRequest lead(InetAddress gateway, int link) {
        return RouteRequest.replaceRoute(
                gateway.isAnyLocalAddress()
                        ? Route.byDefault(gateway instanceof Inet6Address, link)
                        : Route.byDefault(gateway, link));
    }

    /** A network without IPv6 has interfaces without it; a host without it has no such switch. */
    private static void switchIpv6(String link, boolean on) throws ErrnoException {
        var setting = SYSCTL.resolve(link).resolve("disable_ipv6");
        try (var file = Fd.open(setting, OpenHow.writing())) {
            file.writeFully(ByteBuffer.wrap(new byte[] {(byte) (on ? '0' : '1')}));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }
}
