package jong.registry.hosts;

/** What a host is asked for (containerd's {@code hosts.toml}). */
public enum Capability {
    /** Content by its digest, which proves itself. */
    PULL,
    /** What a tag points to: a host that is trusted to tell the truth. */
    RESOLVE,
    /** Which manifests are about another. */
    REFERRERS,
    /** Taking content. */
    PUSH
}
