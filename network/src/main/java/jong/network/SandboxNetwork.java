package jong.network;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A network of sandboxes, whichever way it reaches them.
 *
 * <p>An endpoint's life: {@link #reserve} takes its addresses and the host's ports, so that nothing
 * of the kernel needs to be undone when one cannot be had; {@link #attach} makes its interface
 * inside a network namespace and publishes the ports; {@link #release} takes all of it down,
 * whether or not it was attached. One that leaves a sandbox which goes on is {@linkplain #detach
 * detached} first. The caller keeps the {@link Endpoint} in between, across restarts too.
 *
 * <p>For any thread; each endpoint by one thread at a time.
 */
public interface SandboxNetwork {

    /** Where the addresses of its endpoints come from. */
    List<IpamPool> pools();

    /**
     * Takes addresses and the host's ports. Nothing is to be seen of it in the kernel but bound
     * sockets.
     *
     * @throws NetworkException with Docker's text, when an address or port is taken
     */
    Endpoint reserve(EndpointRequest request) throws NetworkException;

    /**
     * Makes the endpoint's interface in a network namespace and publishes its ports. About 1 ms.
     *
     * @param namespace such as {@code /proc/PID/ns/net}
     * @param leading the families for which its gateway becomes the sandbox's default route
     * @throws NetworkException when the kernel refuses; what was made before is removed, and the
     *     endpoint stays reserved
     */
    void attach(Endpoint endpoint, Path namespace, Set<Family> leading) throws NetworkException;

    /**
     * Makes an attached endpoint's gateways the sandbox's default routes, in place of others.
     *
     * @throws NetworkException when the kernel refuses
     */
    void lead(Endpoint endpoint, Path namespace, Set<Family> families) throws NetworkException;

    /**
     * Takes an endpoint out of a sandbox that goes on: when this returns, its ports are withdrawn
     * and its interface is gone, with the routes through it. It stays reserved.
     *
     * @throws NetworkException when the kernel refuses
     */
    void detach(Endpoint endpoint, Path namespace) throws NetworkException;

    /**
     * Takes an endpoint down whose sandbox has ended, or that is detached or was never attached.
     * Its ports and its addresses can be reserved again when this returns; the interface may
     * disappear a little later. An endpoint that is not known is no error.
     *
     * @throws NetworkException when the kernel refuses to withdraw the ports
     */
    void release(Endpoint endpoint) throws NetworkException;

    /**
     * Deletes interfaces that a killed engine left behind: those named as this network names them,
     * that belong to no known endpoint. Anything else is left alone.
     */
    void sweep() throws NetworkException;

    /**
     * Takes the network out of the kernel; the endpoints have to be released before. An interface
     * of the host's that was there before it stays.
     */
    void remove() throws NetworkException;
}
