package jong.manager.images;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import jong.manager.unpack.Compression;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.ContentStore;
import jong.oci.image.ImageConfig;
import jong.oci.reference.Reference;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * Archives of docker before 1.10: for each layer a directory named by an ID, with {@code json} that
 * names the one below, and {@code layer.tar}; {@code repositories} says what is called how.
 *
 * <p>The IDs of old say nothing about the content: what comes out is an image as of today.
 */
final class LegacyArchive {

    private static final String ID = "[0-9a-f]{64}";
    private static final List<String> DROPPED =
            List.of("id", "parent", "Size", "parent_id", "layer_id", "throwaway");

    private final ContentStore content;
    private final Map<String, Descriptor> files;

    /**
     * Reads an archive whose files are in the content store.
     *
     * @param files by their names
     */
    LegacyArchive(ContentStore content, Map<String, Descriptor> files) {
        this.content = content;
        this.files = files;
    }

    /**
     * An image in today's form.
     *
     * @param config its configuration, in the content store
     * @param blobs its layers, the lowest first
     * @param names its names
     */
    record Described(Descriptor config, List<Descriptor> blobs, List<Reference> names) {}

    /** Whether it is such an archive. */
    boolean isOne() {
        return files.containsKey("repositories") || !ids().isEmpty();
    }

    /** The images that have names, and those that no other stands on. */
    List<Described> images() throws IOException {
        JsonObject repositories =
                files.containsKey("repositories")
                        ? Json.parseObject(text("repositories"))
                        : new JsonObject();
        Set<String> ids = ids();
        Set<String> wanted = new TreeSet<>(ids);
        for (String id : ids) {
            wanted.remove(document(id).string("parent"));
        }
        for (String repository : repositories.keySet()) {
            wanted.addAll(repositories.stringMap(repository).values());
        }
        List<Described> images = new ArrayList<>();
        for (String id : wanted) {
            if (!ids.contains(id)) {
                throw invalid("invalid target ID: " + id);
            }
            images.add(describe(id, names(id, repositories)));
        }
        return images;
    }

    private Set<String> ids() {
        Set<String> ids = new TreeSet<>();
        for (String file : files.keySet()) {
            if (file.matches(ID + "/json")) {
                ids.add(file.substring(0, file.indexOf('/')));
            }
        }
        return ids;
    }

    private static List<Reference> names(String id, JsonObject repositories) {
        List<Reference> names = new ArrayList<>();
        for (String repository : repositories.keySet()) {
            for (Map.Entry<String, String> tag : repositories.stringMap(repository).entrySet()) {
                if (tag.getValue().equals(id)) {
                    names.add(TagNames.inDockerArchive(repository + ":" + tag.getKey()));
                }
            }
        }
        return names;
    }

    private Described describe(String id, List<Reference> names) throws IOException {
        List<Descriptor> blobs = new ArrayList<>();
        List<String> diffIds = new ArrayList<>();
        List<JsonObject> history = new ArrayList<>();
        for (String step : lineage(id)) {
            Descriptor layer = file(step + "/layer.tar");
            blobs.add(Descriptor.of(MediaTypes.DOCKER_LAYER, layer.digest(), layer.size()));
            diffIds.add(diffId(layer).toString());
            history.add(history(document(step)));
        }
        JsonObject config = document(id).copy();
        DROPPED.forEach(config::remove);
        config.with("history", history);
        config.with("rootfs", new JsonObject().with("type", "layers").with("diff_ids", diffIds));
        byte[] bytes = Json.writeBytes(config);
        var stored = Descriptor.of(MediaTypes.DOCKER_CONFIG, content.put(bytes), bytes.length);
        return new Described(stored, blobs, names);
    }

    /** The ID and those below it, the lowest first. */
    private Iterable<String> lineage(String id) throws IOException {
        Deque<String> steps = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        for (String next = id; !next.isEmpty(); next = document(next).string("parent")) {
            if (!seen.add(next) || seen.size() > Layers.MOST) {
                throw invalid("invalid archive: image " + id + " stands on itself");
            }
            steps.addFirst(next);
        }
        return steps;
    }

    private static JsonObject history(JsonObject step) {
        List<String> command = step.object("container_config").strings("Cmd");
        return new JsonObject()
                .withUnlessEmpty("created", step.string("created"))
                .withUnlessEmpty("author", step.string("author"))
                .withUnlessEmpty("created_by", String.join(" ", command))
                .withUnlessEmpty("comment", step.string("comment"));
    }

    private Digest diffId(Descriptor layer) throws IOException {
        var hash = Digest.newSha256();
        byte[] buffer = new byte[64 * 1024];
        try (var reader = content.open(layer.digest());
                var plain = Compression.decompressed(new BufferedInputStream(reader.stream()))) {
            for (int n = plain.read(buffer); n > 0; n = plain.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return Digest.ofSha256(hash.digest());
    }

    /** What is said of one ID, which the archive may have made up. */
    private JsonObject document(String id) throws IOException {
        if (!id.matches(ID)) {
            throw invalid("invalid archive: \"" + id + "\" is no image ID");
        }
        return Json.parseObject(text(id + "/json"));
    }

    private String text(String name) throws IOException {
        byte[] bytes = content.readAll(file(name).digest(), ImageConfig.MAX_BYTES);
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    private Descriptor file(String name) {
        Descriptor found = files.get(name);
        if (found == null) {
            throw invalid("invalid archive: file \"" + name + "\" is missing");
        }
        return found;
    }

    private static StatusException invalid(String text) {
        return new StatusException.InvalidArgument(text);
    }
}
