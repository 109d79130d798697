package jong.engine.containers;

import java.util.List;
import java.util.Set;
import jong.api.HostConfig;
import jong.api.NetworkingConfig;

/**
 * What a container wants of networks.
 *
 * @param id of the container
 * @param name of the container, without slash
 * @param hostname its own host name
 * @param domainname its domain, empty without
 * @param host network mode, port bindings, DNS options, extra hosts, links
 * @param networking endpoints as given at create
 * @param exposedPorts as {@code 80/tcp}, for {@code -P}
 * @param macAddress the deprecated container-wide one; empty without
 * @param linked containers of the default network that it has to know
 */
public record NetworkRequest(
        String id,
        String name,
        String hostname,
        String domainname,
        HostConfig host,
        NetworkingConfig networking,
        Set<String> exposedPorts,
        String macAddress,
        List<LinkedHost> linked) {

    public NetworkRequest {
        linked = List.copyOf(linked);
    }

    /** The same with links. */
    NetworkRequest withLinked(List<LinkedHost> hosts) {
        return new NetworkRequest(
                id, name, hostname, domainname, host, networking, exposedPorts, macAddress, hosts);
    }

    /** The same container with another host configuration. */
    NetworkRequest with(HostConfig other) {
        return new NetworkRequest(
                id,
                name,
                hostname,
                domainname,
                other,
                networking,
                exposedPorts,
                macAddress,
                linked);
    }

    /** The same container with other networks. */
    public NetworkRequest with(NetworkingConfig other) {
        return new NetworkRequest(
                id, name, hostname, domainname, host, other, exposedPorts, macAddress, linked);
    }
}
