package jong.registry.server.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import jong.oci.Digest;
import jong.registry.server.protocol.Digests;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.ManifestDocument;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;
import jong.registry.server.protocol.Tag;

/**
 * One repository: which content it has, its manifests, tags and referrers.
 *
 * <p>The time stamp of a link says when it was last of use, which protects it from the collector
 * for the grace period.
 */
public final class RepositoryStore {

    private final RepositoryName name;
    private final Layout layout;
    private final DurableFiles files;
    private final BlobFiles blobs;
    private final References references;

    RepositoryStore(
            RepositoryName name,
            Layout layout,
            DurableFiles files,
            BlobFiles blobs,
            References references) {
        this.name = name;
        this.layout = layout;
        this.files = files;
        this.blobs = blobs;
        this.references = references;
    }

    /** The repository's name. */
    public RepositoryName name() {
        return name;
    }

    /** Whether something was pushed to it. */
    public boolean exists() {
        return Files.isDirectory(layout.manifests(name)) || Files.isDirectory(layout.layers(name));
    }

    /** Whether the repository has a blob; one that is asked for is protected for a while. */
    public boolean hasBlob(Digest digest) throws IOException {
        return touch(layout.layer(name, digest));
    }

    /** Throws {@link ErrorCode#BLOB_UNKNOWN} unless the repository has a blob. */
    public void requireBlob(Digest digest) throws IOException {
        if (!hasBlob(digest)) {
            throw new RegistryException(ErrorCode.BLOB_UNKNOWN, digest.toString());
        }
    }

    /** Adds content that the registry has to the repository; whether it has it. */
    boolean mount(Digest digest) throws IOException {
        return references.adding(() -> {
            if (!blobs.touch(digest)) {
                return false;
            }
            link(layout.layer(name, digest), digest);
            return true;
        });
    }

    private void link(Path path, Digest digest) throws IOException {
        if (!DurableFiles.touch(path)) {
            files.write(path, digest.toString().getBytes(US_ASCII));
        }
    }

    /** Takes a blob out of the repository; its bytes go with the next collection. */
    public void deleteBlob(Digest digest) throws IOException {
        Path link = layout.layer(name, digest);
        if (!references.removing(() -> DurableFiles.deleteUpTo(link, layout.layers(name)))) {
            throw new RegistryException(ErrorCode.BLOB_UNKNOWN, digest.toString());
        }
    }

    /**
     * Throws {@link ErrorCode#MANIFEST_BLOB_UNKNOWN} unless everything is here that a manifest
     * needs; what it is about may be missing.
     */
    public void requireContent(ManifestDocument document) throws IOException {
        for (Digest blob : document.blobs()) {
            if (!hasBlob(blob)) {
                throw new RegistryException(ErrorCode.MANIFEST_BLOB_UNKNOWN, blob.toString());
            }
        }
        for (Digest manifest : document.manifests()) {
            if (!hasManifest(manifest)) {
                throw new RegistryException(ErrorCode.MANIFEST_BLOB_UNKNOWN, manifest.toString());
            }
        }
    }

    /**
     * Stores a manifest, and then lets tags point to it.
     *
     * @param document what {@code manifest} says
     * @param tags well-formed, may be none
     */
    public void put(StoredManifest manifest, ManifestDocument document, List<String> tags)
            throws IOException {
        references.add(() -> {
            store(manifest, document);
            for (String tag : tags) {
                files.write(
                        layout.tag(name, Tag.checked(tag)),
                        manifest.digest().toString().getBytes(US_ASCII));
            }
        });
    }

    private void store(StoredManifest manifest, ManifestDocument document) throws IOException {
        Digest digest = manifest.digest();
        blobs.write(digest, manifest.bytes());
        files.write(layout.mediaType(name, digest), manifest.mediaType().getBytes(US_ASCII));
        Digest subject = document.subject();
        if (subject != null) {
            link(layout.referrer(name, subject, digest), digest);
        }
        link(layout.revision(name, digest), digest);
    }

    /** What a tag points to; empty if there is no such tag. */
    public Optional<Digest> resolve(String tag) throws IOException {
        try {
            return Optional.of(read(layout.tag(name, Tag.checked(tag))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    static Digest read(Path link) throws IOException {
        return Digests.parse(Files.readString(link, US_ASCII).strip());
    }

    /** Whether the repository has a manifest; one that is asked for is protected for a while. */
    public boolean hasManifest(Digest digest) throws IOException {
        return touch(layout.revision(name, digest));
    }

    /** Marks a link as used, not between a collection's look at its time and its removal. */
    private boolean touch(Path link) throws IOException {
        return references.adding(() -> DurableFiles.touch(link));
    }

    /** A manifest by digest; throws {@link ErrorCode#MANIFEST_UNKNOWN}. */
    public StoredManifest manifest(Digest digest) throws IOException {
        if (!hasManifest(digest)) {
            throw new RegistryException(ErrorCode.MANIFEST_UNKNOWN, digest.toString());
        }
        byte[] bytes = blobs.read(digest);
        try {
            String type = Files.readString(layout.mediaType(name, digest), US_ASCII);
            return new StoredManifest(digest, type, bytes);
        } catch (NoSuchFileException _) {
            // Pushed to another program, which keeps no types: the document's own word counts.
            String type = ManifestDocument.parse(bytes, "").mediaType();
            return new StoredManifest(digest, type, bytes);
        }
    }

    /** Takes a tag away; throws {@link ErrorCode#MANIFEST_UNKNOWN}. */
    public void deleteTag(String tag) throws IOException {
        Path link = layout.tag(name, Tag.checked(tag));
        if (!references.removing(() -> untag(link))) {
            throw new RegistryException(ErrorCode.MANIFEST_UNKNOWN, "tag " + tag);
        }
    }

    private boolean untag(Path link) throws IOException {
        boolean was = Files.deleteIfExists(link);
        Path current = link.getParent();
        if (was && current != null && current.getParent() != null) {
            DurableFiles.deleteTree(current.getParent());
        }
        return was;
    }

    /** Takes a manifest and its tags away; throws {@link ErrorCode#MANIFEST_UNKNOWN}. */
    public void deleteManifest(Digest digest) throws IOException {
        if (!references.removing(() -> removeManifest(digest))) {
            throw new RegistryException(ErrorCode.MANIFEST_UNKNOWN, digest.toString());
        }
    }

    /** Like {@link #deleteManifest} for who is the only one to remove; whether it was there. */
    boolean removeManifest(Digest digest) throws IOException {
        Path revision = layout.revision(name, digest);
        if (!Files.exists(revision)) {
            return false;
        }
        for (String tag : tags()) {
            if (resolve(tag).filter(digest::equals).isPresent()) {
                untag(layout.tag(name, tag));
            }
        }
        removeReferrer(digest);
        Files.deleteIfExists(layout.mediaType(name, digest));
        return DurableFiles.deleteUpTo(revision, layout.manifests(name));
    }

    private void removeReferrer(Digest digest) throws IOException {
        Digest subject;
        try {
            subject = ManifestDocument.parse(blobs.read(digest), "").subject();
        } catch (RegistryException _) {
            return; // Damaged: it cannot have been listed.
        }
        if (subject != null) {
            Path link = layout.referrer(name, subject, digest);
            DurableFiles.deleteUpTo(link, layout.manifests(name));
        }
    }

    /** All tags, in the order of their characters' codes. */
    public NavigableSet<String> tags() throws IOException {
        var tags = new TreeSet<String>();
        for (Path tag : DurableFiles.list(layout.tags(name))) {
            String text = tag.getFileName().toString();
            if (Tag.isValid(text) && Files.exists(layout.tag(name, text))) {
                tags.add(text);
            }
        }
        return tags;
    }

    /** The manifests about a digest that are here, in the order of their digests. */
    public List<Digest> referrers(Digest subject) throws IOException {
        var digests = new TreeSet<Digest>();
        for (Path link : DurableFiles.list(layout.referrers(name, subject))) {
            Digest digest = read(link);
            // A push may have ended between the two links.
            if (Files.exists(layout.revision(name, digest))) {
                digests.add(digest);
            }
        }
        return List.copyOf(digests);
    }

    /** The digests of all manifests. */
    List<Digest> manifests() throws IOException {
        return linked(layout.revisions(name));
    }

    /** The digests of all blobs. */
    List<Digest> layers() throws IOException {
        return linked(layout.layers(name));
    }

    private static List<Digest> linked(Path directory) throws IOException {
        List<Digest> digests = new ArrayList<>();
        for (Path algorithm : DurableFiles.list(directory)) {
            for (Path hex : DurableFiles.list(algorithm)) {
                if (Files.exists(hex.resolve("link"))) {
                    digests.add(Digests.parse(algorithm.getFileName() + ":" + hex.getFileName()));
                }
            }
        }
        return digests;
    }
}
