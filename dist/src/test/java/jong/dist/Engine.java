package jong.dist;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An engine under test, started by its launcher, with directories, socket, bridge, addresses and
 * cgroup of its own, so that it meets no other engine of the machine.
 */
final class Engine implements AutoCloseable {

    private static final String STORAGE_DRIVER = "--storage-driver";
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Path directory;
    private final int number;
    private final String namespace;
    private final List<String> options;
    private @Nullable Process process;

    /** In the network namespace of that name, or, when it is empty, in that of the tests. */
    private Engine(Path directory, String namespace, List<String> options) {
        this.directory = directory;
        this.namespace = namespace;
        this.options = options;
        this.number = freeNumber();
    }

    /**
     * Starts an engine in a new directory, with further options of jongd; {@code SUBNET.} in them
     * stands for {@link #subnetPrefix}.
     */
    static Engine fresh(String... options) {
        try {
            return at(Files.createDirectory(shortPath(Path.of("/tmp"))), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A name for a new directory. Short, because the path of a task's control socket, with its 64
     * digits, must fit into the 107 bytes of a socket address.
     */
    static Path shortPath(Path parent) {
        var unique = ProcessHandle.current().pid() * 100 + COUNT.getAndIncrement() % 100;
        return parent.resolve("jt" + Long.toString(unique, Character.MAX_RADIX));
    }

    /** Starts an engine in {@code directory}, which close() removes. */
    static Engine at(Path directory, String... options) {
        var engine = new Engine(directory, "", List.of(options));
        engine.start();
        return engine;
    }

    /**
     * Starts an engine in a new directory and in a network namespace of {@code ip netns}, where its
     * bridge and its rules are.
     */
    static Engine inNamespace(String namespace, String... options) {
        try {
            var directory = Files.createDirectory(shortPath(Path.of("/tmp")));
            var engine = new Engine(directory, namespace, List.of(options));
            engine.start();
            return engine;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts an engine in {@code directory}, which close() removes, with that storage driver; empty
     * to let it choose, whatever tests are run with.
     */
    static Engine storing(Path directory, String driver) {
        return at(directory, STORAGE_DRIVER, driver);
    }

    /** The engine to compare with, given by the property jong.test.peer; otherwise null. */
    static @Nullable String peer() {
        return System.getProperty("jong.test.peer");
    }

    Cli cli(Client client) {
        return new Cli(this, client);
    }

    Path directory() {
        return directory;
    }

    Path dataRoot() {
        return directory.resolve("data");
    }

    Path execRoot() {
        return directory.resolve("run");
    }

    /** Two engines always get different numbers, test runs at the same time most likely. */
    private static int freeNumber() {
        int number;
        do {
            number = (int) ((ProcessHandle.current().pid() + COUNT.getAndIncrement()) % 250);
        } while (Files.exists(Path.of("/sys/class/net", "jongt" + number)));
        return number;
    }

    String bridge() {
        return peer() == null ? "jongt" + number : "docker0";
    }

    /** The packet filter's table, of family inet. */
    String table() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            byte[] root = digest.digest(dataRoot().toString().getBytes(UTF_8));
            return "jong_" + HexFormat.of().formatHex(root, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String cgroupParent() {
        return "jongt" + number;
    }

    /** The first three numbers of the bridge's addresses, with a dot at the end. */
    String subnetPrefix() {
        return peer() == null ? "172.31." + number + "." : "172.30.0.";
    }

    /** What makes a client talk to this engine, and ignore the user's own settings. */
    Map<String, String> clientEnvironment() {
        var peer = peer();
        return Map.of(
                "DOCKER_HOST",
                peer == null ? "unix://" + socket() : peer,
                "DOCKER_CONFIG",
                directory.resolve("client").toString(),
                "DOCKER_CLI_HINTS",
                "false");
    }

    /** What jongd has written, for messages of failing tests. */
    String log() {
        try {
            return Files.readString(directory.resolve("jongd.log"));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    /** Whether the daemon runs. */
    boolean isAlive() {
        return process != null && process.isAlive();
    }

    long pid() {
        return running().pid();
    }

    /** Kills the daemon as no daemon expects it. */
    void kill() {
        running().destroyForcibly();
        await(running());
    }

    /** Ends the daemon as its administrator does, by SIGTERM. */
    void stop() {
        running().destroy();
        await(running());
    }

    /** Starts the daemon, also after {@link #kill} and {@link #stop}. */
    void start() {
        if (peer() != null) {
            return;
        }
        var command = new ArrayList<>(entering());
        command.add(Product.launcher("jongd").toString());
        command.addAll(List.of("-H", "unix://" + socket()));
        command.addAll(List.of("--data-root", dataRoot().toString()));
        command.addAll(List.of("--exec-root", execRoot().toString()));
        command.addAll(List.of("--pidfile", directory.resolve("jongd.pid").toString()));
        command.addAll(List.of("--bridge", bridge(), "--bip", subnetPrefix() + "1/24"));
        command.addAll(List.of("--cgroup-parent", "/" + cgroupParent()));
        String storage = System.getProperty("jong.test.storage", "");
        if (!storage.isEmpty() && !options.contains(STORAGE_DRIVER)) {
            command.addAll(List.of(STORAGE_DRIVER, storage));
        }
        options.forEach(option -> command.add(option.replace("SUBNET.", subnetPrefix())));
        var log = directory.resolve("jongd.log").toFile();
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
        awaitAnswer();
    }

    /** A command in the network namespace of the engine. */
    Command onHost(String... words) {
        var command = new ArrayList<>(entering());
        command.addAll(List.of(words));
        return new Command(command, Map.of());
    }

    private List<String> entering() {
        return namespace.isEmpty()
                ? List.of()
                : List.of("nsenter", "--net=/run/netns/" + namespace);
    }

    /** Ends the daemon, checks that nothing is left on the machine, removes the directory. */
    @Override
    public void close() {
        try {
            if (peer() == null) {
                end();
                var leftovers = new Leftovers(this);
                leftovers.assertNone();
                leftovers.assertNoNetwork();
            }
        } finally {
            removeHostSettings();
            removeDirectory();
        }
    }

    private void end() {
        try {
            if (running().isAlive()) {
                removeContainers();
            }
        } finally {
            stop();
        }
    }

    /** Removes all containers, as every test wants to find the engine. */
    void removeContainers() {
        var docker = cli(Client.DOCKER);
        var ids = docker.run("ps", "-aq").succeeded().lines();
        if (!ids.isEmpty()) {
            var command = new ArrayList<>(List.of("rm", "-fv"));
            command.addAll(ids);
            docker.run(command.toArray(String[]::new)).succeeded();
        }
    }

    /** Where the daemon listens. */
    Path socket() {
        return directory.resolve("jong.sock");
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("the engine is not started");
        }
        return process;
    }

    private void awaitAnswer() {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (cli(Client.DOCKER).run("version").status() != 0) {
            if (!running().isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("jongd does not answer; it wrote:\n" + log());
            }
        }
    }

    private void await(Process ending) {
        try {
            if (!ending.waitFor(60, TimeUnit.SECONDS)) {
                ending.destroyForcibly();
                throw new AssertionError("jongd does not end; it wrote:\n" + log());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Removes cgroups above containers, and what an engine that failed its test has left. */
    private void removeHostSettings() {
        if (peer() != null) {
            return;
        }
        var script =
                """
                ip link delete %1$s
                nft delete table inet %3$s
                for family in ip ip6; do
                    for handle in $(nft -a list chain $family filter FORWARD |
                            sed -n 's/.*comment "jong %1$s" # handle //p'); do
                        nft delete rule $family filter FORWARD handle $handle
                    done
                done
                rmdir /sys/fs/cgroup/%2$s /sys/fs/cgroup/*/%2$s
                """;
        onHost("sh", "-c", script.formatted(bridge(), cgroupParent(), table())).run();
    }

    private void removeDirectory() {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory, e);
        }
    }
}
