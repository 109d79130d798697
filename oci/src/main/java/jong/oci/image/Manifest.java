package jong.oci.image;

import java.util.List;
import jong.oci.Descriptor;
import jong.oci.MediaTypes;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * The manifest of one image: its configuration and its layers (OCI image-spec, manifest.md;
 * docker's version 2 schema 2 has the same form).
 *
 * @param json the document; it is not changed after the record was made
 */
public record Manifest(JsonObject json) {

    /** The largest manifest or index accepted, in bytes (distribution-spec asks for 4 MiB). */
    public static final int MAX_BYTES = 4 << 20;

    private static final int MAX_LAYERS = 1000;

    /**
     * Parses and checks a manifest.
     *
     * @param mediaType the type under which it was delivered, or {@code ""} if that is unknown
     * @throws StatusException.InvalidArgument if it is too large, malformed or ambiguous
     */
    public static Manifest parse(byte[] bytes, String mediaType) {
        return ImageDocument.read(
                bytes,
                MAX_BYTES,
                "manifest",
                json -> {
                    ImageDocument.checkVersion(json, "manifest");
                    ImageDocument.checkMediaType(json, mediaType, "manifest");
                    ImageDocument.checkAbsent(json, "manifest", "manifests", "fsLayers");
                    var manifest = new Manifest(json);
                    manifest.check();
                    return manifest;
                });
    }

    /** A new manifest; docker's or OCI's by the type of {@code config}. */
    public static Manifest of(Descriptor config, List<Descriptor> layers) {
        boolean docker = config.mediaType().equals(MediaTypes.DOCKER_CONFIG);
        return new Manifest(
                new JsonObject()
                        .with("schemaVersion", 2)
                        .with(
                                "mediaType",
                                docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST)
                        .with("config", config.toJson())
                        .with("layers", layers.stream().map(Descriptor::toJson).toList()));
    }

    /** The type it gives itself, or OCI's, which may be left out. */
    public String mediaType() {
        return json.string("mediaType", MediaTypes.OCI_MANIFEST);
    }

    /** Where the configuration is. */
    public Descriptor config() {
        return Descriptor.fromJson(json.object("config"));
    }

    /** Where the layers are, the lowest first. */
    public List<Descriptor> layers() {
        return json.objects("layers").stream().map(Descriptor::fromJson).toList();
    }

    /** The document's bytes as Jong writes them; a pulled manifest's own bytes may differ. */
    public byte[] bytes() {
        return Json.writeBytes(json);
    }

    private void check() {
        config();
        int count = layers().size();
        if (count > MAX_LAYERS) {
            throw new StatusException.InvalidArgument(
                    "invalid manifest: " + count + " layers, more than " + MAX_LAYERS);
        }
    }
}
