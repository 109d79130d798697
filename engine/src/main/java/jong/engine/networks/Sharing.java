package jong.engine.networks;

import java.util.List;
import jong.wire.status.StatusException.InvalidArgument;

/** Which networks one container may be in at once, as in dockerd. */
final class Sharing {

    private Sharing() {}

    /**
     * Refuses a network for a container that is in others.
     *
     * @param present the networks that it is in
     * @throws InvalidArgument with docker's text
     */
    static void check(List<KnownNetwork> present, KnownNetwork added) {
        if (isHost(added)) {
            throw hostIsFixed();
        }
        if (present.stream().anyMatch(Sharing::isHost)) {
            throw shared();
        }
        boolean none = isNone(added) || present.stream().anyMatch(Sharing::isNone);
        if (none && !present.isEmpty()) {
            throw new InvalidArgument(
                    "container cannot be connected to multiple networks with one of the networks"
                            + " in private (none) mode");
        }
    }

    /** Refuses any network to a container that is in another's. */
    static void checkMode(String mode) {
        if (mode.startsWith("container:")) {
            throw shared();
        }
    }

    static boolean isHost(KnownNetwork network) {
        return network.stored().driver().equals("host");
    }

    private static boolean isNone(KnownNetwork network) {
        return network.stored().name().equals("none");
    }

    static InvalidArgument hostIsFixed() {
        return new InvalidArgument(
                "container cannot be disconnected from host network or connected to host network");
    }

    private static InvalidArgument shared() {
        return new InvalidArgument(
                "container sharing network namespace with another container or host cannot be"
                        + " connected to any other network");
    }
}
