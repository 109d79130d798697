package jong.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What containers that are gone may have left on the machine. Looks only at its own engine's. */
final class Leftovers {

    private final Engine engine;

    Leftovers(Engine engine) {
        this.engine = engine;
    }

    /**
     * Fails the test when something is left. The kernel, and jongd after its answer, take a moment
     * to tear down namespaces and interfaces, so it looks again for five seconds.
     */
    void assertNone() {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        var left = find();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            left = find();
        }
        if (!left.isEmpty()) {
            throw new AssertionError("left behind:\n" + String.join("\n", left));
        }
    }

    /** Fails the test when an engine that has ended left anything of a network. */
    void assertNoNetwork() {
        var left = network();
        if (!left.isEmpty()) {
            throw new AssertionError("left behind:\n" + String.join("\n", left));
        }
    }

    /** The bridge, the table and the rules elsewhere, which an engine has as long as it runs. */
    List<String> network() {
        var left = new ArrayList<String>();
        if (engine.onHost("ip", "link", "show", engine.bridge()).run().status() == 0) {
            left.add("interface " + engine.bridge());
        }
        for (var line : engine.onHost("nft", "list", "ruleset").run().succeeded().lines()) {
            if (line.contains("table inet " + engine.table() + " ")
                    || line.contains("\"" + engine.bridge() + "\"")
                    || line.contains("\"jong " + engine.bridge() + "\"")) {
                left.add("nft " + line.strip());
            }
        }
        return left;
    }

    private List<String> find() {
        var left = new ArrayList<String>();
        try {
            mounts(left);
            processes(left);
            interfaces(left);
            cgroups(left);
            nftables(left);
            directories(left);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return left;
    }

    private void mounts(List<String> left) throws IOException {
        var below = engine.directory() + "/";
        for (var line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            // The daemon keeps layers mounted as long as it lives.
            boolean layer = engine.isAlive() && line.contains(" - erofs ");
            if (line.split(" ")[4].startsWith(below) && !layer) {
                left.add("mount " + line);
            }
        }
    }

    /** Monitors: each has its run directory among its arguments. */
    private void processes(List<String> left) throws IOException {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                var line = read(process.resolve("cmdline")).replace('\0', ' ');
                if (line.contains(engine.execRoot() + "/")) {
                    left.add("process " + process.getFileName() + " " + line);
                }
            }
        }
    }

    private void interfaces(List<String> left) {
        var list = engine.onHost("ip", "-br", "link", "show", "master", engine.bridge());
        for (var member : list.run().lines()) {
            left.add("interface " + member + " at " + engine.bridge());
        }
    }

    private void cgroups(List<String> left) throws IOException {
        for (var controller : list(Path.of("/sys/fs/cgroup"))) {
            for (var group : list(controller.resolve(engine.cgroupParent()))) {
                if (Files.isDirectory(group)) {
                    left.add("cgroup " + group);
                }
            }
        }
    }

    /** Rules that name a container's address; the subnet's own and the gateway's may stand. */
    private void nftables(List<String> left) {
        var address = Pattern.quote(engine.subnetPrefix()) + "(?!0/|1\\b)\\d+";
        var pattern = Pattern.compile(address);
        for (var line : engine.onHost("nft", "list", "ruleset").run().succeeded().lines()) {
            if (pattern.matcher(line).find()) {
                left.add("nft " + line.strip());
            }
        }
    }

    private void directories(List<String> left) throws IOException {
        for (var directory : list(engine.dataRoot().resolve("containers"))) {
            left.add("directory " + directory);
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    /** The file's text, or nothing when its process has just ended. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
