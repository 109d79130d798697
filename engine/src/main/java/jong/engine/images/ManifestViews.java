package jong.engine.images;

import java.util.List;
import java.util.function.Function;
import jong.manager.images.Image;
import jong.manager.images.PlatformManifest;
import jong.wire.json.JsonObject;

/** What an image is on each platform, in the shape of the API's {@code Manifests}. */
final class ManifestViews {

    private ManifestViews() {}

    /**
     * The list.
     *
     * @param users the IDs of the containers that were made from an image
     */
    static List<JsonObject> of(
            List<PlatformManifest> manifests, Function<Image, List<String>> users) {
        return manifests.stream().map(manifest -> view(manifest, users)).toList();
    }

    private static JsonObject view(PlatformManifest manifest, Function<Image, List<String>> users) {
        long unpacked = manifest.image().map(Image::size).orElse(0L);
        var size =
                new JsonObject()
                        .with("Total", manifest.content() + unpacked)
                        .with("Content", manifest.content());
        var json =
                new JsonObject()
                        .with("ID", manifest.descriptor().digest().toString())
                        .with("Descriptor", manifest.descriptor().toJson())
                        .with("Available", manifest.image().isPresent())
                        .with("Size", size);
        if (manifest.isAttestation()) {
            return json.with("Kind", "attestation")
                    .with("AttestationData", new JsonObject().with("For", manifest.subject()));
        }
        return json.with("Kind", "image")
                .with(
                        "ImageData",
                        new JsonObject()
                                .with("Platform", manifest.platform().toJson())
                                .with("Containers", manifest.image().map(users).orElse(List.of()))
                                .with("Size", new JsonObject().with("Unpacked", unpacked)));
    }
}
