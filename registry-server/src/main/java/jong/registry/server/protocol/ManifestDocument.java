package jong.registry.server.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What the registry must know of a manifest or an index that it stores as it came.
 *
 * @param mediaType the type, without parameters
 * @param blobs the content that it needs: config and layers
 * @param manifests the manifests that it lists
 * @param subject what it is about, or null
 * @param artifactType what a listing of referrers calls it; {@code ""} if nothing does
 * @param annotations its annotations, null if it has none
 */
public record ManifestDocument(
        String mediaType,
        List<Digest> blobs,
        List<Digest> manifests,
        @Nullable Digest subject,
        String artifactType,
        @Nullable JsonObject annotations) {

    /** Artifacts of release candidates of OCI 1.1, which some tools still push. */
    private static final String ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json";

    /**
     * A document that is larger, in bytes, is read while no other such one is: hostile ones of the
     * allowed size become trees of hundreds of megabytes.
     */
    private static final int LARGE = 256 << 10;

    private static final ReentrantLock ONE_LARGE = new ReentrantLock();

    private static final Set<String> SUPPORTED =
            Set.of(
                    MediaTypes.OCI_MANIFEST,
                    MediaTypes.OCI_INDEX,
                    MediaTypes.DOCKER_MANIFEST,
                    MediaTypes.DOCKER_LIST,
                    ARTIFACT);

    /**
     * Reads a manifest.
     *
     * @param contentType the header that it came with; {@code ""} to go by the document alone
     * @throws RegistryException {@link ErrorCode#MANIFEST_INVALID} if it is none, or could be taken
     *     for a manifest by one program and for an index by another (CVE-2021-41190)
     */
    public static ManifestDocument parse(byte[] bytes, String contentType) {
        if (bytes.length <= LARGE) {
            return read(bytes, contentType);
        }
        ONE_LARGE.lock();
        try {
            return read(bytes, contentType);
        } finally {
            ONE_LARGE.unlock();
        }
    }

    private static ManifestDocument read(byte[] bytes, String contentType) {
        try {
            JsonObject json = Json.parseObject(bytes);
            String type = mediaType(json, withoutParameters(contentType));
            requireOneMeaning(json, type);
            return read(json, type);
        } catch (JsonException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static String mediaType(JsonObject json, String told) {
        String own = json.string("mediaType");
        String type = told.isEmpty() ? own : told;
        if (type.isEmpty()) {
            type = json.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
        }
        if (!SUPPORTED.contains(type)) {
            throw invalid("unsupported media type \"" + type + "\"");
        }
        if (!own.isEmpty() && !own.equals(type)) {
            throw invalid("its mediaType is " + own + ", its Content-Type is " + type);
        }
        return type;
    }

    private static void requireOneMeaning(JsonObject json, String type) {
        if (!type.equals(ARTIFACT) && json.number("schemaVersion") != 2) {
            throw invalid("schemaVersion is " + json.number("schemaVersion") + ", not 2");
        }
        boolean index = MediaTypes.isIndex(type);
        if (index ? json.has("layers") || json.has("config") : json.has("manifests")) {
            throw invalid("it has the fields of a manifest and of an index");
        }
        if (MediaTypes.isManifest(type) && !json.has("config")) {
            throw invalid("it has no config");
        }
    }

    private static ManifestDocument read(JsonObject json, String type) {
        List<Digest> blobs = new ArrayList<>();
        if (json.has("config")) {
            blobs.add(digest(json.object("config")));
        }
        json.objects("layers").stream()
                .filter(layer -> !MediaTypes.isForeignLayer(layer.string("mediaType")))
                .forEach(layer -> blobs.add(digest(layer)));
        json.objects("blobs").forEach(blob -> blobs.add(digest(blob)));
        List<Digest> manifests =
                json.objects("manifests").stream().map(ManifestDocument::digest).toList();
        return new ManifestDocument(
                type,
                List.copyOf(blobs),
                manifests,
                json.has("subject") ? digest(json.object("subject")) : null,
                artifactType(json, type),
                json.has("annotations") ? json.object("annotations") : null);
    }

    /** Distribution spec, "Listing Referrers": an image without a type has its config's. */
    private static String artifactType(JsonObject json, String type) {
        String own = json.string("artifactType");
        boolean fallback = own.isEmpty() && MediaTypes.isManifest(type);
        return fallback ? json.object("config").string("mediaType") : own;
    }

    private static Digest digest(JsonObject descriptor) {
        try {
            return Digests.parse(descriptor.string("digest"));
        } catch (RegistryException e) {
            throw invalid("descriptor with digest " + e.getMessage());
        }
    }

    /** A media type without what follows its semicolon. */
    public static String withoutParameters(String contentType) {
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).strip();
    }

    private static RegistryException invalid(String why) {
        return new RegistryException(ErrorCode.MANIFEST_INVALID, why);
    }
}
