package jong.oci.image;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import jong.oci.Descriptor;
import jong.oci.Platform;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * A list of manifests, one for each platform (OCI image-spec, image-index.md; docker's manifest
 * list has the same form).
 *
 * @param json the document; it is not changed after the record was made
 */
public record Index(JsonObject json) {

    private static final int MAX_MANIFESTS = 10_000;

    /**
     * Parses and checks an index.
     *
     * @param mediaType the type under which it was delivered, or {@code ""} if that is unknown
     * @throws StatusException.InvalidArgument if it is too large, malformed or ambiguous
     */
    public static Index parse(byte[] bytes, String mediaType) {
        return ImageDocument.read(
                bytes,
                Manifest.MAX_BYTES,
                "index",
                json -> {
                    ImageDocument.checkVersion(json, "index");
                    ImageDocument.checkMediaType(json, mediaType, "index");
                    ImageDocument.checkAbsent(json, "index", "config", "layers", "fsLayers");
                    var index = new Index(json);
                    if (index.manifests().size() > MAX_MANIFESTS) {
                        throw new StatusException.InvalidArgument(
                                "invalid index: more than " + MAX_MANIFESTS + " manifests");
                    }
                    return index;
                });
    }

    /** The manifests, in the order of the document. */
    public List<Descriptor> manifests() {
        return json.objects("manifests").stream().map(Descriptor::fromJson).toList();
    }

    /**
     * The manifest that suits {@code wanted} best; of equal ones the first. Entries without a
     * platform and attestations ({@code unknown/unknown}) never suit.
     */
    public Optional<Descriptor> select(Platform wanted) {
        return manifests().stream()
                .filter(manifest -> distance(wanted, manifest).isPresent())
                .min(Comparator.comparing(manifest -> distance(wanted, manifest).orElseThrow()));
    }

    private static Optional<Integer> distance(Platform wanted, Descriptor manifest) {
        Platform platform = manifest.platform();
        return platform == null ? Optional.empty() : wanted.distanceTo(platform);
    }
}
