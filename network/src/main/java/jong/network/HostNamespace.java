package jong.network;

import java.nio.file.Path;
import jong.linux.ErrnoException;
import jong.linux.files.Stat;
import jong.linux.netlink.NetworkNamespace;

/** The network namespace of the host: a sandbox that is still in it gets nothing. */
record HostNamespace(Stat file) {
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");

    /** That of the calling thread. */
    static HostNamespace ofThread() throws ErrnoException {
        try (var host = NetworkNamespace.open(OWN)) {
            return new HostNamespace(host.fd().stat());
        }
    }

    /** Refuses to put something into the host's own namespace. */
    void requireOther(NetworkNamespace sandbox) throws NetworkException, ErrnoException {
        if (sandbox.fd().stat().isSameFile(file)) {
            throw new NetworkException("the network namespace is the host's own");
        }
    }
}
