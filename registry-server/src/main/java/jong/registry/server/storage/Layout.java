package jong.registry.server.storage;

import java.nio.file.Path;
import java.util.UUID;
import jong.oci.Digest;
import jong.registry.server.protocol.RepositoryName;

/**
 * Where things are below the registry's root: the layout of distribution's file system driver
 * (docker-registry 2.x and 3.x), so that either program can serve the other's directory.
 *
 * <pre>
 * docker/registry/v2/
 *   blobs/sha256/ab/abcd…/data
 *   repositories/NAME/
 *     _layers/sha256/HEX/link
 *     _manifests/revisions/sha256/HEX/link          and mediatype, which is ours
 *     _manifests/tags/TAG/current/link
 *     _manifests/referrers/sha256/SUBJECT/sha256-HEX   ours
 *     _uploads/UUID/{data,startedat}
 * </pre>
 *
 * <p>Only well-formed names, digests and tags get here, so no path leads elsewhere.
 */
final class Layout {

    private static final String LINK = "link";

    private final Path root;

    Layout(Path root) {
        this.root = root;
    }

    /** For files that are not finished. */
    Path scratch() {
        return root.resolve("scratch");
    }

    private Path v2() {
        return root.resolve("docker/registry/v2");
    }

    Path blobs() {
        return v2().resolve("blobs");
    }

    Path blob(Digest digest) {
        return blobs().resolve(digest.algorithm())
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex())
                .resolve("data");
    }

    Path repositories() {
        return v2().resolve("repositories");
    }

    Path repository(RepositoryName name) {
        return repositories().resolve(name.value());
    }

    Path layers(RepositoryName name) {
        return repository(name).resolve("_layers");
    }

    Path layer(RepositoryName name, Digest digest) {
        return linkIn(layers(name), digest);
    }

    Path manifests(RepositoryName name) {
        return repository(name).resolve("_manifests");
    }

    Path revisions(RepositoryName name) {
        return manifests(name).resolve("revisions");
    }

    Path revision(RepositoryName name, Digest digest) {
        return linkIn(revisions(name), digest);
    }

    Path mediaType(RepositoryName name, Digest digest) {
        return revision(name, digest).resolveSibling("mediatype");
    }

    Path tags(RepositoryName name) {
        return manifests(name).resolve("tags");
    }

    Path tag(RepositoryName name, String tag) {
        return tags(name).resolve(tag).resolve("current").resolve(LINK);
    }

    Path referrers(RepositoryName name) {
        return manifests(name).resolve("referrers");
    }

    Path referrers(RepositoryName name, Digest subject) {
        return referrers(name).resolve(subject.algorithm()).resolve(subject.hex());
    }

    Path referrer(RepositoryName name, Digest subject, Digest digest) {
        return referrers(name, subject).resolve(digest.algorithm() + "-" + digest.hex());
    }

    Path uploads(RepositoryName name) {
        return repository(name).resolve("_uploads");
    }

    Path upload(RepositoryName name, UUID id) {
        return uploads(name).resolve(id.toString());
    }

    private static Path linkIn(Path directory, Digest digest) {
        return directory.resolve(digest.algorithm()).resolve(digest.hex()).resolve(LINK);
    }
}
