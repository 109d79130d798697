package jong.registry.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.registry.server.protocol.Digests;
import jong.registry.server.protocol.ManifestDocument;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.storage.RepositoryStore;
import jong.registry.server.storage.StoredManifest;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;

/** A page of a list of referrers (distribution spec, end-12), in the order of their digests. */
final class ReferrersPage {

    private static final System.Logger LOG = System.getLogger(ReferrersPage.class.getName());

    /** A page is not much longer, in bytes: clients refuse long manifests. */
    private static final int MAX_BYTES = 3 << 20;

    private final String last;
    private final String artifactType;
    private final List<JsonObject> descriptors = new ArrayList<>();
    private long bytes;
    private String next = "";

    /**
     * A page with nothing on it.
     *
     * @param last the digest at the end of the page before, or {@code ""}
     * @param artifactType what is wanted alone, or {@code ""}
     */
    ReferrersPage(String last, String artifactType) {
        this.last = last;
        this.artifactType = artifactType;
    }

    /** Adds manifests that are in a repository here. */
    void addStored(RepositoryStore repository, Digest subject) throws IOException {
        for (Digest digest : repository.referrers(subject)) {
            if (!isWanted(digest.toString())) {
                continue;
            }
            add(descriptor(repository.manifest(digest)));
        }
    }

    private static JsonObject descriptor(StoredManifest manifest) {
        var document = ManifestDocument.parse(manifest.bytes(), manifest.mediaType());
        return new JsonObject()
                .with("mediaType", manifest.mediaType())
                .with("digest", manifest.digest().toString())
                .with("size", (long) manifest.bytes().length)
                .withUnlessEmpty("artifactType", document.artifactType())
                .withUnlessEmpty("annotations", document.annotations());
    }

    /** Adds what the pages of another registry's index list; what is malformed is left out. */
    void addRemote(List<byte[]> pages) {
        Map<String, JsonObject> sorted = new TreeMap<>();
        for (byte[] page : pages) {
            try {
                for (JsonObject descriptor : Json.parseObject(page).objects("manifests")) {
                    String digest = Digests.parse(descriptor.string("digest")).toString();
                    sorted.put(digest, plain(descriptor, digest));
                }
            } catch (JsonException | RegistryException e) {
                LOG.log(Level.WARNING, () -> "page of referrers of another registry: " + e);
            }
        }
        sorted.forEach((digest, descriptor) -> {
            if (isWanted(digest)) {
                add(descriptor);
            }
        });
    }

    private static JsonObject plain(JsonObject descriptor, String digest) {
        return new JsonObject()
                .with("mediaType", descriptor.string("mediaType"))
                .with("digest", digest)
                .with("size", descriptor.number("size"))
                .withUnlessEmpty("artifactType", descriptor.string("artifactType"))
                .withUnlessEmpty(
                        "annotations",
                        descriptor.has("annotations") ? descriptor.object("annotations") : null);
    }

    /** Whether a digest comes after the page before, and there is room. */
    private boolean isWanted(String digest) {
        if (digest.compareTo(last) <= 0 || !next.isEmpty()) {
            return false;
        }
        if (bytes > MAX_BYTES) {
            next = descriptors.getLast().string("digest");
            return false;
        }
        return true;
    }

    private void add(JsonObject descriptor) {
        if (artifactType.isEmpty() || descriptor.string("artifactType").equals(artifactType)) {
            descriptors.add(descriptor);
            bytes += Json.writeBytes(descriptor).length;
        }
    }

    /** The last digest of this page if there is more, otherwise {@code ""}. */
    String next() {
        return next;
    }

    /** The page as an index. */
    JsonObject index() {
        return new JsonObject()
                .with("schemaVersion", 2L)
                .with("mediaType", MediaTypes.OCI_INDEX)
                .with("manifests", descriptors);
    }
}
