package jong.engine.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.oci.Descriptor;
import jong.oci.MediaTypes;
import jong.oci.image.ImageConfig;
import jong.oci.image.Manifest;
import jong.registry.RemoteManifest;
import jong.registry.Repository;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** Finds out what the images behind a manifest run on. */
final class ManifestPlatforms {

    private ManifestPlatforms() {}

    /** The platforms of an index as it lists them, or the one of an image's configuration. */
    static List<JsonObject> of(Repository repository, RemoteManifest manifest)
            throws IOException, InterruptedException {
        String type = manifest.descriptor().mediaType();
        List<JsonObject> platforms = new ArrayList<>();
        if (MediaTypes.isIndex(type)) {
            // As they stand there, also what is no platform of this world.
            for (JsonObject entry : Json.parseObject(manifest.bytes()).objects("manifests")) {
                platforms.add(entry.object("platform"));
            }
        } else if (MediaTypes.isManifest(type)) {
            Descriptor config = Manifest.parse(manifest.bytes(), type).config();
            JsonObject json = Json.parseObject(repository.smallBlob(config, ImageConfig.MAX_BYTES));
            platforms.add(
                    new JsonObject()
                            .with("architecture", json.string("architecture"))
                            .with("os", json.string("os"))
                            .withUnlessEmpty("os.version", json.string("os.version"))
                            .withUnlessEmpty("variant", json.string("variant")));
        }
        return platforms;
    }
}
