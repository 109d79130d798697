package jong.engine.containers;

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
 */
public record NetworkRequest(
        String id,
        String name,
        String hostname,
        String domainname,
        HostConfig host,
        NetworkingConfig networking,
        Set<String> exposedPorts,
        String macAddress) {}
