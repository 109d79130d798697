package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import jong.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Works on one repository at random until the registry is gone, and remembers what was
 * acknowledged. What was asked for last may have been done or not.
 */
final class RegistryWork {

    private static final String NONE = "";
    private static final int TAGS = 5;

    private final String name;
    private final Random random;
    private final Path root;

    /** Manifests that must be there, with what they name. Others look for blobs to mount. */
    private final Map<Digest, List<Digest>> images = new ConcurrentHashMap<>();

    /** What tags must point to, {@link #NONE} if they were deleted. */
    private final Map<String, String> tags = new HashMap<>();

    /** Manifests that may be there or not. */
    private final Map<Digest, List<Digest>> unsureImages = new HashMap<>();

    /** Tags that may point to one thing or another. */
    private final Map<String, Set<String>> unsureTags = new HashMap<>();

    /** Other repositories, to mount from. */
    private List<RegistryWork> others = List.of();

    private int acknowledged;

    RegistryWork(String name, long seed, Path root) {
        this.name = name;
        this.random = new Random(seed);
        this.root = root;
    }

    void knows(List<RegistryWork> all) {
        others = all.stream().filter(other -> other != this).toList();
    }

    /** How many changes the registry has acknowledged. */
    int acknowledged() {
        return acknowledged;
    }

    private String path(String rest) {
        return "/v2/" + name + "/" + rest;
    }

    /** Works until a request fails because the registry is gone. */
    void run(RegistryProcess registry) throws InterruptedException {
        try {
            while (true) {
                step(registry);
            }
        } catch (IOException _) {
            // Killed.
        }
    }

    private void step(RegistryProcess registry) throws IOException, InterruptedException {
        switch (random.nextInt(10)) {
            case 0 -> ControlSocket.collect(root, false);
            case 1 -> deleteManifest(registry);
            case 2 -> deleteTag(registry);
            case 3 -> pull(registry);
            default -> push(registry);
        }
    }

    private void push(RegistryProcess registry) throws IOException, InterruptedException {
        Digest config = pushBlob(registry, "{}".getBytes(UTF_8));
        Digest layer = random.nextInt(3) == 0 ? mounted(registry) : null;
        if (layer == null) {
            layer = pushBlob(registry, noise());
        }
        byte[] manifest = TestRegistry.manifest(config, 2, layer, random.nextInt(1 << 20));
        Digest digest = Digest.sha256(manifest);
        String tag = tag();
        unsureImages.put(digest, List.of(config, layer));
        unsureTags.put(tag, Set.of(tags.getOrDefault(tag, NONE), digest.toString()));
        var answer =
                registry.send(
                        "PUT",
                        path("manifests/" + tag),
                        manifest,
                        "Content-Type",
                        TestRegistry.MANIFEST);
        check(answer, 201);
        images.put(digest, List.of(config, layer));
        tags.put(tag, digest.toString());
        sure();
    }

    private byte[] noise() {
        var noise = new byte[1 + random.nextInt(300_000)];
        random.nextBytes(noise);
        return noise;
    }

    private String tag() {
        return "t" + random.nextInt(TAGS);
    }

    private Digest pushBlob(RegistryProcess registry, byte[] content)
            throws IOException, InterruptedException {
        Digest digest = Digest.sha256(content);
        if (random.nextBoolean()) {
            check(registry.send("POST", path("blobs/uploads/?digest=" + digest), content), 201);
            return digest;
        }
        var state = registry.send("POST", path("blobs/uploads/"), new byte[0]);
        check(state, 202);
        int half = content.length / 2;
        state = registry.send("PATCH", location(state), Arrays.copyOf(content, half));
        check(state, 202);
        byte[] rest = Arrays.copyOfRange(content, half, content.length);
        check(registry.send("PUT", location(state) + "?digest=" + digest, rest), 201);
        return digest;
    }

    private static String location(HttpResponse<byte[]> answer) {
        return TestRegistry.header(answer, "Location");
    }

    /** A blob of another repository that is here now too, if it is still there. */
    private @Nullable Digest mounted(RegistryProcess registry)
            throws IOException, InterruptedException {
        RegistryWork other = others.get(random.nextInt(others.size()));
        List<Digest> blobs = other.images.values().stream().map(List::getLast).toList();
        if (blobs.isEmpty()) {
            return null;
        }
        Digest blob = blobs.get(random.nextInt(blobs.size()));
        String query = "blobs/uploads/?mount=" + blob + "&from=" + other.name;
        var answer = registry.send("POST", path(query), new byte[0]);
        if (answer.statusCode() == 201) {
            return blob;
        }
        check(answer, 202);
        check(registry.send("DELETE", location(answer), new byte[0]), 204);
        return null;
    }

    private void deleteManifest(RegistryProcess registry) throws IOException, InterruptedException {
        List<Digest> all = List.copyOf(images.keySet());
        if (all.isEmpty()) {
            return;
        }
        Digest digest = all.get(random.nextInt(all.size()));
        List<Digest> blobs = images.remove(digest);
        unsureImages.put(digest, blobs);
        tags.forEach((tag, target) -> {
            if (target.equals(digest.toString())) {
                unsureTags.put(tag, Set.of(target, NONE));
            }
        });
        check(registry.send("DELETE", path("manifests/" + digest), new byte[0]), 202);
        unsureTags.keySet().forEach(tag -> tags.put(tag, NONE));
        sure();
        check(registry.get(path("manifests/" + digest)), 404);
    }

    private void deleteTag(RegistryProcess registry) throws IOException, InterruptedException {
        String tag = tag();
        String target = tags.getOrDefault(tag, NONE);
        unsureTags.put(tag, Set.of(NONE, target.equals(NONE) ? "no such tag" : target));
        check(
                registry.send("DELETE", path("manifests/" + tag), new byte[0]),
                target.equals(NONE) ? 404 : 202);
        tags.put(tag, NONE);
        sure();
    }

    private void sure() {
        acknowledged++;
        unsureImages.clear();
        unsureTags.clear();
    }

    private void pull(RegistryProcess registry) throws IOException, InterruptedException {
        for (Digest digest : images.keySet().stream().limit(1).toList()) {
            verify(registry, digest);
        }
    }

    /** Looks whether all is there that must be, and learns what became of the last request. */
    void verify(RegistryProcess registry) throws IOException, InterruptedException {
        for (var unsure : unsureImages.entrySet()) {
            if (registry.get(path("manifests/" + unsure.getKey())).statusCode() == 200) {
                images.put(unsure.getKey(), unsure.getValue());
            }
        }
        for (var unsure : unsureTags.entrySet()) {
            String found = resolve(registry, unsure.getKey());
            assertThat(unsure.getValue()).as(unsure.getKey()).contains(found);
            tags.put(unsure.getKey(), found);
        }
        unsureImages.clear();
        unsureTags.clear();
        for (var tag : tags.entrySet()) {
            assertThat(resolve(registry, tag.getKey())).as(tag.getKey()).isEqualTo(tag.getValue());
        }
        for (Digest digest : images.keySet()) {
            verify(registry, digest);
        }
    }

    private String resolve(RegistryProcess registry, String tag)
            throws IOException, InterruptedException {
        var answer = registry.get(path("manifests/" + tag));
        if (answer.statusCode() == 404) {
            return NONE;
        }
        check(answer, 200);
        return Digest.sha256(answer.body()).toString();
    }

    private void verify(RegistryProcess registry, Digest image)
            throws IOException, InterruptedException {
        Stream<String> blobs = images.getOrDefault(image, List.of()).stream().map(this::blobPath);
        List<String> paths = new ArrayList<>(blobs.toList());
        paths.add(path("manifests/" + image));
        for (String path : paths) {
            var answer = registry.get(path);
            check(answer, 200);
            assertThat(path).endsWith(Digest.sha256(answer.body()).toString());
        }
    }

    private String blobPath(Digest blob) {
        return path("blobs/" + blob);
    }

    /** Deletes all manifests. */
    void removeAll(RegistryProcess registry) throws IOException, InterruptedException {
        for (Digest digest : new HashSet<>(images.keySet())) {
            check(registry.send("DELETE", path("manifests/" + digest), new byte[0]), 202);
        }
        images.clear();
        tags.clear();
    }

    private void check(HttpResponse<byte[]> answer, int status) {
        assertThat(answer.statusCode())
                .as(answer.request().method() + " " + answer.uri() + TestRegistry.text(answer))
                .isEqualTo(status);
    }
}
