package jong.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.oci.Digest;
import jong.oci.Platform;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * An image's configuration: what to run by default, and which layers it is made of (OCI image-spec,
 * config.md). Its digest is the image's ID.
 *
 * @param json the document; it is not changed after the record was made
 */
public record ImageConfig(JsonObject json) {

    /** The largest configuration accepted, in bytes. */
    public static final int MAX_BYTES = 8 << 20;

    /**
     * Parses and checks a configuration.
     *
     * @throws StatusException.InvalidArgument if it is too large, malformed or of no image
     */
    public static ImageConfig parse(byte[] bytes) {
        return ImageDocument.read(
                bytes,
                MAX_BYTES,
                "image configuration",
                json -> {
                    ImageDocument.checkAbsent(json, "image configuration", "manifests", "layers");
                    var config = new ImageConfig(json);
                    config.check();
                    return config;
                });
    }

    /** What the image runs on. */
    public Platform platform() {
        return Platform.fromJson(json);
    }

    /**
     * Whether the image is for {@code wanted}. One that tells no variant of its processor suits all
     * of them: old tools left it out.
     */
    public boolean suits(Platform wanted) {
        Platform own = platform();
        return wanted.distanceTo(own).isPresent()
                || (json.string("variant").isEmpty()
                        && wanted.os().equals(own.os())
                        && wanted.architecture().equals(own.architecture()));
    }

    /** When the image was made, as RFC 3339 text, or {@code ""}. */
    public String created() {
        return json.string("created");
    }

    /** Digests of the uncompressed layers, the lowest first. */
    public List<Digest> diffIds() {
        return json.object("rootfs").strings("diff_ids").stream().map(Digest::parse).toList();
    }

    /**
     * For each layer, the name of the file system that it and those below make: the digest of the
     * chain of diff IDs (config.md, "Layer ChainID").
     */
    public List<Digest> chainIds() {
        List<Digest> chain = new ArrayList<>();
        for (Digest diffId : diffIds()) {
            chain.add(chainId(chain, diffId));
        }
        return List.copyOf(chain);
    }

    /** The name of the file system that a layer makes with those below it. */
    public static Digest chainId(List<Digest> below, Digest diffId) {
        return below.isEmpty()
                ? diffId
                : Digest.sha256((below.getLast() + " " + diffId).getBytes(UTF_8));
    }

    /** The steps that made the image, the oldest first; may be empty. */
    public List<History> history() {
        return json.objects("history").stream().map(History::new).toList();
    }

    /** Member {@code config}, the defaults of a container, in docker's form; may be empty. */
    public JsonObject execution() {
        return json.object("config");
    }

    /** Default environment, {@code NAME=value} each. */
    public List<String> env() {
        return execution().strings("Env");
    }

    /** Default entry point; may be empty. */
    public List<String> entrypoint() {
        return execution().strings("Entrypoint");
    }

    /** Default command, or arguments of the entry point; may be empty. */
    public List<String> cmd() {
        return execution().strings("Cmd");
    }

    /** Default working directory, or {@code ""}. */
    public String workingDir() {
        return execution().string("WorkingDir");
    }

    /** Default user as {@code user[:group]}, names or numbers, or {@code ""}. */
    public String user() {
        return execution().string("User");
    }

    /** Free properties. */
    public Map<String, String> labels() {
        return execution().stringMap("Labels");
    }

    private void check() {
        if (json.object("rootfs").string("type", "layers").equals("layers")) {
            diffIds();
            history();
            execution();
            return;
        }
        throw new StatusException.InvalidArgument(
                "invalid image configuration: rootfs of type \""
                        + json.object("rootfs").string("type")
                        + "\", only \"layers\" is known");
    }
}
