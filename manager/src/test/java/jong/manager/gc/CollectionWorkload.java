package jong.manager.gc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jong.manager.check.CheckReport;
import jong.manager.check.ContainerSnapshots;
import jong.manager.check.StoreCheck;
import jong.manager.images.ClassicImages;
import jong.manager.images.Image;
import jong.manager.images.ImageUses;
import jong.manager.images.ProgressListener;
import jong.manager.images.StoreOnDisk;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.LayerSnapshotter;
import jong.oci.Platform;
import jong.oci.content.LocalContentStore;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.registry.RegistryOptions;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * The process that {@link CollectionTest} kills: threads that work on images at random, each with
 * names of its own, while all share layers.
 *
 * <p>Says {@code +name} when a name or container is acknowledged, {@code ?name} before it is taken
 * back, {@code =clean} at the end when nothing is left.
 */
public final class CollectionWorkload {

    private static final int THREADS = 4;
    private static final Platform PLATFORM = Platform.parse("linux/amd64");

    private final Path directory;
    private final String registry;
    private final MetadataStore metadata;
    private final Bucket containers;
    private final LocalContentStore content;
    private final LayerSnapshotter snapshots;
    private final ClassicImages images;
    private final StoreCheck check;

    private CollectionWorkload(Path directory, String registry) throws IOException {
        this.directory = directory;
        this.registry = registry;
        var store =
                new StoreOnDisk(
                        directory.resolve("store"),
                        RegistryOptions.DEFAULT.withAttempts(2, 2, Duration.ofMillis(10)));
        metadata = store.metadata;
        containers = metadata.bucket("test-containers");
        content = store.content;
        snapshots = store.snapshots;
        images = store.images;
        check = store.check(new Boxes(), Instant.now());
    }

    /** Arguments: directory, registry, seed, file of what must be there, {@code work|end}. */
    public static void main(String[] arguments) throws Exception {
        var workload = new CollectionWorkload(Path.of(arguments[0]), arguments[1]);
        workload.removeUnknownContainers();
        workload.findAll(Set.copyOf(Files.readAllLines(Path.of(arguments[3]))));
        System.out.println("found all");
        if (arguments[4].equals("end")) {
            workload.end();
            System.exit(0);
        }
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            var random = new Random(Long.parseLong(arguments[2]) + i);
            Thread.ofPlatform().start(() -> workload.workForever(number, random));
        }
    }

    /** As the engine does at its start. */
    private void removeUnknownContainers() throws IOException {
        for (var snapshot : snapshots.walk()) {
            if (snapshot.name().startsWith("box") && containers.get(snapshot.name()).isEmpty()) {
                snapshots.remove(snapshot.name());
            }
        }
        images.collect(false);
    }

    private void findAll(Set<String> expected) throws Exception {
        for (String thing : expected) {
            boolean found =
                    thing.startsWith("box")
                            ? containers.get(thing).isPresent()
                            : images.find(thing).isPresent();
            if (!found) {
                throw new IllegalStateException("lost: " + thing);
            }
        }
        expectSound();
    }

    private void expectSound() throws IOException, InterruptedException {
        CheckReport report = check.run(true, false);
        if (!report.findings().isEmpty()) {
            throw new IllegalStateException("damaged: " + report.findings());
        }
    }

    private void end() throws Exception {
        for (String box : containers.entries().keySet()) {
            containers.remove(box);
            snapshots.remove(box);
        }
        for (Image image : images.list()) {
            images.remove(image.id().toString(), true, true, ImageUses.NONE);
        }
        images.collect(true);
        expectSound();
        List<String> left = new ArrayList<>();
        content.list().forEach(info -> left.add(info.digest().toString()));
        left.addAll(content.ingests());
        snapshots.walk().forEach(snapshot -> left.add(snapshot.name()));
        left.addAll(metadata.bucket("layers").entries().keySet());
        left.addAll(metadata.bucket("names").entries().keySet());
        left.addAll(metadata.bucket("leases").entries().keySet());
        left.addAll(metadata.bucket("content-labels").entries().keySet());
        if (!left.isEmpty()) {
            throw new IllegalStateException("left over: " + left);
        }
        System.out.println("=clean");
    }

    private void workForever(int number, Random random) {
        try {
            while (true) {
                try {
                    work(number, random);
                } catch (StatusException.NotFound | StatusException.Conflict e) {
                    // Another thread has pruned or uses the image: both are answers.
                }
            }
        } catch (Exception | Error e) {
            e.printStackTrace();
            System.exit(3);
        }
    }

    private void work(int number, Random random) throws Exception {
        String name = registry + "/app" + random.nextInt(4) + ":v1";
        String own = "own" + number + ":" + random.nextInt(2);
        String box = "box" + number;
        switch (random.nextInt(7)) {
            case 0 ->
                    images.pull(
                            Reference.parse(name),
                            PLATFORM,
                            RegistryAuth.ANONYMOUS,
                            ProgressListener.NONE);
            case 1 -> {
                Path archive = directory.resolve("archive" + random.nextInt(4) + ".tar");
                try (InputStream in = Files.newInputStream(archive)) {
                    Image image = images.load(in, null, ProgressListener.NONE).getFirst();
                    tag(image.id().toString(), own);
                }
            }
            case 2 -> tag(name, own);
            case 3 -> {
                say("?" + own);
                images.remove(own, true, true, ImageUses.NONE);
            }
            case 4 -> images.remove(name, false, true, this::users);
            case 5 -> images.collect(true);
            default -> changeContainer(box, random.nextBoolean() ? own : name);
        }
    }

    private void tag(String image, String own) {
        images.tag(image, Reference.parse(own));
        say("+" + own);
    }

    private void changeContainer(String box, String name) throws IOException {
        if (containers.get(box).isPresent()) {
            say("?" + box);
            containers.remove(box);
            snapshots.remove(box);
            images.collect(false);
            return;
        }
        Image image = images.get(name);
        snapshots.prepare(box, image.snapshot());
        containers.put(box, new JsonObject().with("image", image.id().toString()));
        say("+" + box);
    }

    private List<ImageUses.Use> users(String id) {
        return containers.entries().entrySet().stream()
                .filter(entry -> entry.getValue().string("image").equals(id))
                .map(entry -> new ImageUses.Use(entry.getKey(), false))
                .toList();
    }

    /** One write, so that a kill does not leave half a line. */
    private static void say(String line) {
        synchronized (System.out) {
            System.out.print(line + "\n");
            System.out.flush();
        }
    }

    /** What the check takes for containers. */
    private final class Boxes implements ContainerSnapshots {

        private final Set<String> none = ConcurrentHashMap.newKeySet();

        @Override
        public Set<String> existing() {
            return containers.entries().keySet();
        }

        @Override
        public Set<String> owners() {
            return existing();
        }

        @Override
        public Set<String> running() {
            return none;
        }
    }
}
