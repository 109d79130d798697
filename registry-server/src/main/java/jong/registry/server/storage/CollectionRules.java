package jong.registry.server.storage;

import java.time.Duration;

/**
 * What a collection may take.
 *
 * @param grace what was used within this time is kept, whatever refers to it: somebody may be
 *     pushing what will
 * @param untagged whether manifests go that no tag, index or kept subject leads to
 * @param expiry manifests that were not used for so long go, tags or not; zero for never
 * @param uploadAge uploads that nothing was added to for so long go
 */
public record CollectionRules(
        Duration grace, boolean untagged, Duration expiry, Duration uploadAge) {}
