import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.Spec;
import jong.runtime.Container;
import jong.runtime.ContainerRuntime;
import jong.runtime.ContainerSetup;
import jong.runtime.plan.Rootfs;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * Creates, starts and deletes containers of one bundle in this warm JVM, as jongd does.
 *
 * <p>Arguments: native program, bundle, file of the CPU time of a cgroup (nanoseconds), warm-up
 * rounds, measured rounds.
 * Prints for each measured round {@code WALL_MS}, then {@code cpu MS} for the mean of them all.
 */
void main(String[] args) throws Exception {
    Path bundle = Path.of(args[1]);
    Path cpu = Path.of(args[2]);
    int warmUp = Integer.parseInt(args[3]);
    int rounds = Integer.parseInt(args[4]);
    byte[] config = Files.readAllBytes(bundle.resolve("config.json"));
    List<Double> walls = new ArrayList<>();
    try (var runtime = new ContainerRuntime(Path.of(args[0]), bundle.resolve("run"))) {
        for (int i = 0; i < warmUp; i++) {
            round(runtime, bundle, config);
        }
        long before = nanoseconds(cpu);
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            round(runtime, bundle, config);
            walls.add((System.nanoTime() - start) / 1e6);
        }
        long used = nanoseconds(cpu) - before;
        walls.forEach(wall -> IO.println("wall " + wall));
        IO.println("cpu " + used / 1e6 / rounds);
    }
}

/** What the engine does for one container, but for its own book-keeping. */
void round(ContainerRuntime runtime, Path bundle, byte[] config) {
    JsonObject json = Json.parseObject(config);
    var root = new Rootfs.Directory(bundle.resolve("rootfs"));
    Container container =
            runtime.create(
                    new ContainerSetup(
                            "round",
                            new Spec(json),
                            bundle,
                            root,
                            List.of(),
                            false,
                            Optional.empty()));
    container.awaitReady();
    container.start();
    int code = container.exit().join().code();
    if (code != 0) {
        throw new IllegalStateException("exit code " + code);
    }
    container.delete();
}

long nanoseconds(Path file) throws Exception {
    String text = Files.readString(file).strip();
    int microseconds = text.indexOf("usage_usec "); // cgroup v2's cpu.stat
    return microseconds < 0
            ? Long.parseLong(text)
            : 1000 * Long.parseLong(text.substring(microseconds + 11).lines().findFirst().get());
}
