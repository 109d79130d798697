package jong.network;

import static java.nio.charset.StandardCharsets.UTF_8;

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
    private static final Path SYSCTL = Path.of("/proc/sys/net");
    private static final int LINK_LOCAL_IPV4 = 16;
    private static final int LINK_LOCAL_IPV6 = 64;

    private Inside() {}

    /** Gives an endpoint's interface its addresses and routes; on a thread inside the sandbox. */
    static void configure(Endpoint endpoint, Set<Family> leading) throws IOException {
        var settings = endpoint.settings();
        switchIpv6(endpoint.interfaceName(), hasIpv6(endpoint));
        try (var inside = new RouteSocket()) {
            int link = inside.link(endpoint.interfaceName()).orElseThrow().index();
            var requests = new ArrayList<RouteRequest>();
            requests.add(RouteRequest.change(link, new LinkChange().up()));
            for (var own : endpoint.addresses()) {
                requests.add(
                        RouteRequest.addAddress(
                                link, InterfaceAddress.of(own.address(), own.prefixLength())));
            }
            for (InetAddress own : settings.linkLocal()) {
                boolean six = own instanceof Inet6Address;
                int prefix = six ? LINK_LOCAL_IPV6 : LINK_LOCAL_IPV4;
                requests.add(RouteRequest.addAddress(link, InterfaceAddress.of(own, prefix)));
            }
            for (Family family : leading) {
                endpoint.address(family)
                        .flatMap(Endpoint.Address::gateway)
                        .map(gateway -> lead(gateway, link))
                        .ifPresent(requests::add);
            }
            inside.execute(requests.toArray(RouteRequest[]::new));
        }
        for (var sysctl : settings.sysctls()) {
            set(endpoint.interfaceName(), sysctl);
        }
    }

    private static boolean hasIpv6(Endpoint endpoint) {
        return endpoint.address(Family.IPV6).isPresent()
                || endpoint.settings().linkLocal().stream()
                        .anyMatch(own -> Family.of(own) == Family.IPV6);
    }

    private static void set(String link, InterfaceSettings.Sysctl sysctl) throws IOException {
        var file = SYSCTL.resolve(sysctl.directory()).resolve(link).resolve(sysctl.name());
        try (var opened = Fd.open(file, OpenHow.writing())) {
            opened.writeFully(ByteBuffer.wrap(sysctl.value().getBytes(UTF_8)));
        } catch (ErrnoException e) {
            throw e.errno() == Errno.ENOENT
                    ? new NetworkException(file + " is not a sysctl file", e)
                    : e;
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
        var setting = SYSCTL.resolve("ipv6/conf").resolve(link).resolve("disable_ipv6");
        try (var file = Fd.open(setting, OpenHow.writing())) {
            file.writeFully(ByteBuffer.wrap(new byte[] {(byte) (on ? '0' : '1')}));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }
}
