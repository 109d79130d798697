package jong.engine.networks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.api.HostConfig;
import jong.engine.config.DaemonOptions;
import jong.engine.containers.NetworkRequest;
import jong.network.HostsFile;
import jong.network.ResolvConf;
import jong.network.ResolvConf.Overrides;
import jong.network.Subnet;
import jong.network.names.NameServer;
import jong.network.names.Upstream;
import jong.wire.status.StatusException.InvalidArgument;

/** The texts of a container's /etc/hosts and /etc/resolv.conf, and whom its name server asks. */
final class NameFiles {

    private static final Logger LOG = System.getLogger(NameFiles.class.getName());
    private static final Path HOSTS = Path.of("/etc/hosts");

    private final DaemonOptions options;

    NameFiles(DaemonOptions options) {
        this.options = options;
    }

    /** The host's resolv.conf, and which file that is. */
    private record HostFile(String path, ResolvConf content) {}

    /**
     * The hosts file of a container with a network namespace of its own.
     *
     * @param addresses its own addresses
     * @param hostGateway what {@code host-gateway} stands for
     */
    String hosts(NetworkRequest request, List<InetAddress> addresses, InetAddress hostGateway) {
        String names = HostsFile.ownNames(request.hostname(), request.domainname());
        List<HostsFile.Line> extra = new ArrayList<>(extraHosts(request, hostGateway));
        request.linked().forEach(one -> extra.add(new HostsFile.Line(one.address(), one.names())));
        List<HostsFile.Line> own = new ArrayList<>();
        addresses.forEach(address -> own.add(new HostsFile.Line(Subnet.text(address), names)));
        return HostsFile.text(extra, own);
    }

    /**
     * The hosts file of a container in the host's network: the host's own, unless there are extra
     * hosts, which might have to override something in it.
     */
    String hostsOfHost(NetworkRequest request, InetAddress hostGateway) {
        return request.host().extraHosts().isEmpty()
                ? read(HOSTS)
                : HostsFile.text(extraHosts(request, hostGateway), List.of());
    }

    private static List<HostsFile.Line> extraHosts(
            NetworkRequest request, InetAddress hostGateway) {
        try {
            return HostsFile.parse(request.host().extraHosts(), hostGateway);
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument(String.valueOf(e.getMessage()), e);
        }
    }

    /** What a container's own options say of its resolver, else the daemon's. */
    Overrides overrides(HostConfig host) {
        return new Overrides(
                firstOf(host.dns(), options.dns()),
                firstOf(host.dnsSearch(), options.dnsSearch()),
                firstOf(host.dnsOptions(), options.dnsOptions()));
    }

    /** The resolver's file of a container in the host's network. */
    String resolvConfOfHost(Overrides overrides) {
        HostFile host = hostFile();
        return host.content.textInHostNetwork(host.path, overrides);
    }

    /** The resolver's file of a container that is in predefined networks only. */
    String resolvConf(Overrides overrides, boolean ipv6) {
        HostFile host = hostFile();
        return host.content.textForDirectUse(host.path, overrides, ipv6);
    }

    /** The resolver's file of a container with a name server. */
    String resolvConfOfServer(Overrides overrides) {
        HostFile host = hostFile();
        return host.content.textForServer(
                host.path, overrides, NameServer.ADDRESS.getHostAddress());
    }

    /**
     * Whom the name server of a container asks: its own servers from inside, the host's from there.
     */
    List<Upstream> upstreams(Overrides overrides) {
        boolean own = !overrides.nameservers().isEmpty();
        List<String> servers = own ? overrides.nameservers() : hostFile().content.nameservers();
        List<Upstream> upstreams = new ArrayList<>();
        for (String server : servers) {
            try {
                InetAddress address = InetAddress.ofLiteral(server);
                if (!own || !address.equals(NameServer.ADDRESS)) { // It would ask itself.
                    var socket = new InetSocketAddress(address, Upstream.PORT);
                    upstreams.add(new Upstream(socket, own));
                }
            } catch (IllegalArgumentException e) {
                LOG.log(Level.WARNING, "name server " + server + " is not an address", e);
            }
        }
        return upstreams;
    }

    /** Whether a container's own resolver completes names without dots. */
    boolean keepsPlainNames(Overrides overrides) {
        return hostFile().content.hasNdots(overrides);
    }

    private static HostFile hostFile() {
        String path = ResolvConf.sourceFile(read(Path.of(ResolvConf.HOST_FILE)));
        return new HostFile(path, ResolvConf.parse(read(Path.of(path))));
    }

    private static List<String> firstOf(List<String> own, List<String> general) {
        return own.isEmpty() ? general : own;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException _) {
            // A host without the file has nothing to say in it.
            return "";
        }
    }
}
