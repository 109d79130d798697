package jong.oci;

import java.util.List;
import java.util.Map;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * A typed and sized pointer to content (OCI image-spec, descriptor.md).
 *
 * @param mediaType the type of the content; may be empty where an old writer left it out
 * @param digest the content's name
 * @param size the content's length in bytes, at least 0
 * @param platform what the content runs on; only in an index
 * @param annotations free properties, never null
 * @param urls where else the content may be had; only for layers outside of registries
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        @Nullable Platform platform,
        Map<String, String> annotations,
        List<String> urls) {

    /** Copies the collections; throws {@link StatusException.InvalidArgument} on a bad size. */
    public Descriptor {
        if (size < 0) {
            throw new StatusException.InvalidArgument(
                    "invalid size " + size + " of content " + digest);
        }
        annotations = Map.copyOf(annotations);
        urls = List.copyOf(urls);
    }

    /** A descriptor of type, digest and size in bytes alone. */
    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, null, Map.of(), List.of());
    }

    /** Reads a descriptor; throws {@link StatusException.InvalidArgument} if it is malformed. */
    public static Descriptor fromJson(JsonObject json) {
        return new Descriptor(
                json.string("mediaType"),
                Digest.parse(json.string("digest")),
                json.number("size"),
                json.has("platform") ? Platform.fromJson(json.object("platform")) : null,
                json.stringMap("annotations"),
                json.strings("urls"));
    }

    /** The JSON form, in the order of the specification. */
    public JsonObject toJson() {
        var json =
                new JsonObject()
                        .with("mediaType", mediaType)
                        .with("digest", digest.toString())
                        .with("size", size)
                        .withUnlessEmpty("urls", urls)
                        .withUnlessEmpty("annotations", annotations);
        return platform == null ? json : json.with("platform", platform.toJson());
    }

    /** This descriptor with one more annotation. */
    public Descriptor withAnnotation(String name, String value) {
        var more = new java.util.TreeMap<>(annotations);
        more.put(name, value);
        return new Descriptor(mediaType, digest, size, platform, more, urls);
    }
}
