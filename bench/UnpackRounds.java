import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedInputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jong.linux.codecs.NativeDigests;
import jong.linux.files.Directory;
import jong.manager.unpack.LayerUnpacker;

/**
 * Unpacks the archives given, three at once, as a pull does, again and again in this JVM.
 *
 * <p>Arguments: a directory for the trees, rounds, {@code native} or {@code jdk} for who hashes,
 * archives. Prints for each round {@code WALL_MS CPU_MS} of the whole process; writing back to disk
 * is not waited for.
 */
void main(String[] args) throws Exception {
    Path target = Path.of(args[0]);
    int rounds = Integer.parseInt(args[1]);
    if (args[2].equals("native")) {
        NativeDigests.install();
    }
    List<Path> archives = new ArrayList<>();
    for (int i = 3; i < args.length; i++) {
        archives.add(Path.of(args[i]));
    }
    for (int round = 0; round < rounds; round++) {
        round(target, archives);
    }
}

void round(Path target, List<Path> archives) throws Exception {
    long wall = System.nanoTime();
    long cpu = cpuNanos();
    List<Future<?>> layers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(3)) {
        for (Path archive : archives) {
            layers.add(threads.submit(() -> unpack(archive, target)));
        }
    }
    for (Future<?> layer : layers) {
        layer.get();
    }
    wall = System.nanoTime() - wall;
    IO.println(wall / 1_000_000 + " " + (cpuNanos() - cpu) / 1_000_000);
    try (Directory directory = Directory.open(target)) {
        for (Path archive : archives) {
            directory.removeTree(archive.getFileName().toString());
        }
    }
}

Object unpack(Path archive, Path target) throws Exception {
    Path layer = Files.createDirectory(target.resolve(archive.getFileName()));
    try (var in = new BufferedInputStream(Files.newInputStream(archive))) {
        return LayerUnpacker.unpack(in, layer, true);
    }
}

long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
}
