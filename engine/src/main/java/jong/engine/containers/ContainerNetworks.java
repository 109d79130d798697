package jong.engine.containers;

import java.util.function.Consumer;
import jong.api.EndpointSettings;
import jong.api.NetworkingConfig;
import jong.wire.json.JsonObject;

/**
 * What containers need of networks.
 *
 * <p>One start of a container: {@link #allocate} before its spec is made, {@link #attach} as soon
 * as its first process exists, {@link #release} after its end or when the start fails. All methods
 * may be called by several threads at once, for one container by one thread at a time.
 */
public interface ContainerNetworks {

    /**
     * The networks of a container that is being made: that of its mode, then the others asked for.
     * From then on these are what it is in, whatever its mode says.
     *
     * @throws jong.wire.status.StatusException with docker's text, for settings that cannot be
     */
    NetworkingConfig wanted(NetworkRequest request);

    /**
     * Finds the container's networks and reserves an address on each, and the host's ports to
     * publish; nothing of the kernel is changed yet. Modes {@code host}, {@code none} and {@code
     * container:ID} reserve nothing but yield the settings that docker shows.
     *
     * @throws jong.wire.status.StatusException with docker's text ({@code network x not found},
     *     {@code port is already allocated})
     */
    NetworkAllocation allocate(NetworkRequest request);

    /**
     * Gives the network namespace of process {@code pid} its interfaces, and publishes the ports.
     * Events {@code network connect} are told here.
     *
     * @return the settings that inspect shows, with what became known only now
     */
    JsonObject attach(NetworkAllocation allocation, int pid);

    /**
     * Takes down what {@link #allocate} and {@link #attach} made; events {@code network disconnect}
     * are told here. When it returns, addresses and ports may be reserved again; what is slow may
     * be finished later. A container that has nothing is no error.
     */
    void release(String containerId);

    /**
     * After a restart of the daemon: reserves again what a container that still runs has. What it
     * has beyond that, because a change of its networks was cut short, is taken down.
     *
     * @param allocation as it was kept in {@link NetworkAllocation#state}
     * @param pid of its first process
     */
    void restore(String containerId, JsonObject allocation, int pid);

    /**
     * Makes a running container known by its new name.
     *
     * @param request with the new name
     * @param settings that inspect has shown until now
     * @return the settings that inspect shows from now on
     */
    JsonObject rename(NetworkRequest request, JsonObject settings);

    /** What inspect shows for a container that was never started. */
    JsonObject settings(NetworkRequest request);

    /**
     * Puts a container into one more network: at once if it runs, else at its next start.
     *
     * @param pid of its first process, 0 if it does not run
     * @param network name or ID
     * @param keep makes the change durable; what was made is undone if it throws
     * @throws jong.wire.status.StatusException with docker's text
     */
    void connect(
            NetworkRequest request,
            int pid,
            NetworkMembership now,
            String network,
            EndpointSettings wanted,
            Consumer<NetworkMembership> keep);

    /**
     * Takes a container out of a network: at once if it runs.
     *
     * @param pid of its first process, 0 if it does not run
     * @param network name or ID
     * @param force whether the network may be unknown
     * @param keep makes the change durable; nothing is changed if it throws
     * @throws jong.wire.status.StatusException with docker's text
     */
    void disconnect(
            NetworkRequest request,
            int pid,
            NetworkMembership now,
            String network,
            boolean force,
            Consumer<NetworkMembership> keep);

    /**
     * Publishes ports of a running container besides those that it has, all or none.
     *
     * @param request whose host configuration has these ports only
     * @param keep makes the change durable; it is undone if it throws
     * @throws jong.wire.status.StatusException with docker's text ({@code port is already
     *     allocated})
     */
    void publish(NetworkRequest request, NetworkMembership now, Consumer<NetworkMembership> keep);

    /**
     * Withdraws published ports of a running container. Connections that are open go on.
     *
     * @param request whose host configuration has these ports only; a binding without address or
     *     port stands for every one. What is not published is no error
     * @param keep makes the change durable; nothing is withdrawn if it throws
     */
    void withdraw(NetworkRequest request, NetworkMembership now, Consumer<NetworkMembership> keep);
}
