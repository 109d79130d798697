package jong.network.names;

import java.util.List;

/**
 * What a sandbox may know.
 *
 * @param networks in which it is, in the order in which they are searched
 * @param upstreams at most the first three are asked, as Docker does; none means that nothing but
 *     the networks is known
 * @param keepsPlainNames whether an unknown name without a dot is answered with nothing rather than
 *     passed on: the sandbox's own resolver is to try its search domains
 */
public record SandboxView(
        List<NetworkNames> networks, List<Upstream> upstreams, boolean keepsPlainNames) {
    private static final int MOST_UPSTREAMS = 3;

    /** Copies the lists. */
    public SandboxView {
        networks = List.copyOf(networks);
        upstreams = upstreams.stream().limit(MOST_UPSTREAMS).toList();
    }
}
