package jong.registry.server.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import jong.oci.Digest;
import jong.registry.server.protocol.Digests;
import jong.registry.server.protocol.ManifestDocument;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;

/**
 * Removes what nothing refers to: first links of each repository, then content that no repository
 * links to. The registry serves reads and writes meanwhile.
 *
 * <p>What makes that safe: every use of a link or of content renews its time stamp, a push renews
 * those of everything that its manifest names, and each removal looks at the time stamp again while
 * nobody can add a reference ({@link References}). A crash leaves at most content without a link
 * and {@link Leftovers}, which the next collection finds.
 */
public final class Collector {

    private final RegistryStore store;
    private final Layout layout;
    private final Uploads uploads;
    private final References references;
    private final Leftovers leftovers;

    /** One collection at a time. */
    private final ReentrantLock running = new ReentrantLock();

    Collector(RegistryStore store, Layout layout, Uploads uploads, References references) {
        this.store = store;
        this.layout = layout;
        this.uploads = uploads;
        this.references = references;
        this.leftovers = new Leftovers(layout, references);
    }

    /** Collects once; waits for a collection that is under way. */
    public CollectionResult collect(CollectionRules rules) throws IOException {
        running.lock();
        try {
            return new Run(rules).run();
        } finally {
            running.unlock();
        }
    }

    /** One collection: its limits of time and what it has found. */
    private final class Run {

        private final CollectionRules rules;
        private final Instant limit;
        private final Instant expired;
        private final Set<Digest> linked = new HashSet<>();
        private int manifests;
        private int links;
        private int purged;

        Run(CollectionRules rules) {
            this.rules = rules;
            Instant now = Instant.now();
            this.limit = now.minus(rules.grace());
            this.expired = rules.expiry().isZero() ? Instant.MIN : now.minus(rules.expiry());
        }

        CollectionResult run() throws IOException {
            new RepositoryWalk(layout.repositories()).forEach(this::sweepRepository);
            int blobs = 0;
            long bytes = 0;
            for (Path algorithm : DurableFiles.list(layout.blobs())) {
                for (Path shard : DurableFiles.list(algorithm)) {
                    for (Path blob : DurableFiles.list(shard)) {
                        long freed = sweepContent(algorithm, blob);
                        blobs += freed < 0 ? 0 : 1;
                        bytes += Math.max(freed, 0);
                    }
                }
            }
            leftovers.sweepContent();
            return new CollectionResult(manifests, links, blobs, bytes, purged);
        }

        private void sweepRepository(RepositoryName name) throws IOException {
            RepositoryStore repository = store.repository(name);
            purged += uploads.purge(name, Instant.now().minus(rules.uploadAge()));
            expire(repository);
            if (rules.untagged()) {
                sweepUntagged(repository);
            }
            Set<Digest> needed = new HashSet<>();
            boolean understood = true;
            for (Digest manifest : repository.manifests()) {
                Optional<ManifestDocument> document = document(manifest);
                document.ifPresent(known -> needed.addAll(known.blobs()));
                understood &= document.isPresent();
                linked.add(manifest);
            }
            for (Digest layer : repository.layers()) {
                // Who knows what a manifest needs that cannot be read.
                if (!understood || needed.contains(layer) || !removeLink(name, layer)) {
                    linked.add(layer);
                } else {
                    links++;
                }
            }
            leftovers.sweep(name);
        }

        private void expire(RepositoryStore repository) throws IOException {
            for (Digest manifest : repository.manifests()) {
                removeManifest(repository, manifest, expired);
            }
        }

        private void sweepUntagged(RepositoryStore repository) throws IOException {
            Set<Digest> kept = reachable(repository);
            for (Digest manifest : repository.manifests()) {
                if (!kept.contains(manifest)) {
                    removeManifest(repository, manifest, limit);
                }
            }
        }

        private Set<Digest> reachable(RepositoryStore repository) throws IOException {
            Deque<Digest> queue = new ArrayDeque<>();
            for (String tag : repository.tags()) {
                repository.resolve(tag).ifPresent(queue::add);
            }
            Set<Digest> reached = new HashSet<>();
            while (!queue.isEmpty()) {
                Digest manifest = queue.remove();
                if (reached.add(manifest)) {
                    document(manifest).ifPresent(known -> queue.addAll(known.manifests()));
                    queue.addAll(repository.referrers(manifest));
                }
            }
            return reached;
        }

        private void removeManifest(RepositoryStore repository, Digest manifest, Instant before)
                throws IOException {
            Path link = layout.revision(repository.name(), manifest);
            boolean removed =
                    references.removing(() ->
                            DurableFiles.lastUse(link).isBefore(before)
                                    && repository.removeManifest(manifest));
            manifests += removed ? 1 : 0;
        }

        private boolean removeLink(RepositoryName name, Digest layer) throws IOException {
            Path link = layout.layer(name, layer);
            return references.removing(() ->
                    DurableFiles.lastUse(link).isBefore(limit)
                            && DurableFiles.deleteUpTo(link, layout.layers(name)));
        }

        /** Deletes content without a link; its length, or -1 if it stays. */
        private long sweepContent(Path algorithm, Path blob) throws IOException {
            Digest digest = Digests.parse(algorithm.getFileName() + ":" + blob.getFileName());
            Path data = layout.blob(digest);
            if (linked.contains(digest)) {
                return -1;
            }
            return references.removing(() -> {
                if (!Files.exists(data) || !DurableFiles.lastUse(data).isBefore(limit)) {
                    return -1L;
                }
                long size = Files.size(data);
                DurableFiles.deleteUpTo(data, layout.blobs());
                return size;
            });
        }

        private Optional<ManifestDocument> document(Digest manifest) throws IOException {
            try (var file = store.open(manifest)) {
                var bytes = java.nio.channels.Channels.newInputStream(file).readAllBytes();
                return Optional.of(ManifestDocument.parse(bytes, ""));
            } catch (RegistryException _) {
                return Optional.empty();
            }
        }
    }
}
