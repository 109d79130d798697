package jong.engine.networks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.api.HostConfig;
import jong.engine.config.DaemonOptions;
import jong.engine.containers.NetworkRequest;
import jong.network.HostsFile;
import jong.network.ResolvConf;
import jong.network.Subnet;
import jong.wire.status.StatusException.InvalidArgument;

/** The texts of a container's /etc/hosts and /etc/resolv.conf. */
final class NameFiles {

    private static final Path HOSTS = Path.of("/etc/hosts");

    private final DaemonOptions options;

    NameFiles(DaemonOptions options) {
        this.options = options;
    }

    /**
     * The hosts file of a container with a network namespace of its own.
     *
     * @param addresses its own addresses
     * @param hostGateway what {@code host-gateway} stands for
     */
    String hosts(NetworkRequest request, List<InetAddress> addresses, InetAddress hostGateway) {
        String names = HostsFile.ownNames(request.hostname(), request.domainname());
        List<HostsFile.Line> own = new ArrayList<>();
        addresses.forEach(address -> own.add(new HostsFile.Line(Subnet.text(address), names)));
        return HostsFile.text(extraHosts(request, hostGateway), own);
    }

    /** The host's own file and the extra hosts, for a container in the host's network. */
    String hostsOfHost(NetworkRequest request, InetAddress hostGateway) {
        var text = new StringBuilder(read(HOSTS));
        for (HostsFile.Line line : extraHosts(request, hostGateway)) {
            text.append(line.address()).append('\t').append(line.names()).append('\n');
        }
        return text.toString();
    }

    private static List<HostsFile.Line> extraHosts(
            NetworkRequest request, InetAddress hostGateway) {
        try {
            return HostsFile.parse(request.host().extraHosts(), hostGateway);
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument(String.valueOf(e.getMessage()), e);
        }
    }

    /** The resolver's file: the container's own options, else the daemon's, else the host's. */
    String resolvConf(HostConfig host) {
        String source = ResolvConf.sourceFile(read(Path.of(ResolvConf.HOST_FILE)));
        var overrides =
                new ResolvConf(
                        firstOf(host.dns(), options.dns()),
                        firstOf(host.dnsSearch(), options.dnsSearch()),
                        firstOf(host.dnsOptions(), options.dnsOptions()));
        return ResolvConf.parse(read(Path.of(source))).textFor(source, overrides);
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
