package jong.registry.server.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.registry.server.protocol.RepositoryName;

/**
 * Removes what pushes and deletions leave behind when the process dies in the middle: files beside
 * a link that is not there, and empty directories.
 *
 * <p>Whoever adds a link does so under {@link References}; so what is alone while nobody adds is
 * alone for good.
 */
final class Leftovers {

    private final Layout layout;
    private final References references;

    Leftovers(Layout layout, References references) {
        this.layout = layout;
        this.references = references;
    }

    /** Removes what is left over in a repository; its uploads are not looked at. */
    void sweep(RepositoryName name) throws IOException {
        sweepRevisions(name);
        sweepReferrers(name);
        prune(layout.layers(name));
        prune(layout.manifests(name));
    }

    /** Removes the empty directories of content. */
    void sweepContent() throws IOException {
        prune(layout.blobs());
    }

    private void sweepRevisions(RepositoryName name) throws IOException {
        for (Path algorithm : DurableFiles.list(layout.revisions(name))) {
            for (Path revision : DurableFiles.list(algorithm)) {
                removeUnless(revision.resolve("link"), revision);
            }
        }
    }

    private void sweepReferrers(RepositoryName name) throws IOException {
        for (Path algorithm : DurableFiles.list(layout.referrers(name))) {
            for (Path subject : DurableFiles.list(algorithm)) {
                for (Path link : DurableFiles.list(subject)) {
                    removeUnless(layout.revision(name, RepositoryStore.read(link)), link);
                }
            }
        }
    }

    private void removeUnless(Path needed, Path leftover) throws IOException {
        if (!Files.exists(needed)) {
            references.removing(() -> {
                if (!Files.exists(needed)) {
                    DurableFiles.deleteTree(leftover);
                }
                return true;
            });
        }
    }

    /** Removes the empty directories below a directory; whether there is nothing left in it. */
    private boolean prune(Path directory) throws IOException {
        boolean empty = true;
        for (Path child : DurableFiles.list(directory)) {
            empty &= Files.isDirectory(child) && prune(child) && removeIfEmpty(child);
        }
        return empty;
    }

    private boolean removeIfEmpty(Path directory) throws IOException {
        return references.removing(() -> {
            boolean empty = DurableFiles.list(directory).isEmpty();
            if (empty) {
                Files.deleteIfExists(directory);
            }
            return empty;
        });
    }
}
