package jong.engine.containers;

import jong.wire.json.JsonObject;

/**
 * What was reserved for one start of a container.
 *
 * @param containerId whose it is
 * @param hosts the text of its /etc/hosts
 * @param resolvConf the text of its /etc/resolv.conf
 * @param settings {@code NetworkSettings} as inspect shows it while the container runs
 * @param state what {@link ContainerNetworks#restore} needs; kept with the container
 */
public record NetworkAllocation(
        String containerId,
        String hosts,
        String resolvConf,
        JsonObject settings,
        JsonObject state) {}
