package jong.engine.containers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.Mount;
import jong.manager.snapshots.Snapshotter;
import jong.manager.snapshots.StorageChoice;
import jong.manager.tasks.LocalTasks;
import jong.manager.tasks.Tasks;
import jong.runtime.ContainerRuntime;

/** Jong's own runtime and snapshots, with an image that holds the host's static busybox. */
final class RealParts implements TestWorld.Parts, AutoCloseable {

    static final Path PROGRAM = Path.of("../runtime/target/native/jong-native").toAbsolutePath();
    static final Path BUSYBOX = Path.of("/bin/busybox");

    private final Path root;
    private final Path runRoot;
    private ContainerRuntime runtime;

    RealParts(Path root) throws IOException {
        this.root = root;
        // The paths of the monitors' sockets must not be longer than 107 bytes.
        this.runRoot = Files.createTempDirectory(Path.of("/run"), "jt");
    }

    Path runRoot() {
        return runRoot;
    }

    @Override
    public Tasks tasks() throws IOException {
        close();
        runtime = new ContainerRuntime(PROGRAM, runRoot);
        return new LocalTasks(runtime);
    }

    @Override
    public Snapshotter snapshots(MetadataStore metadata) throws IOException {
        var snapshots =
                StorageChoice.open(
                                System.getProperty("jong.test.storage", ""),
                                List.of(),
                                root.resolve("snapshots"),
                                metadata)
                        .snapshotter();
        if (snapshots.stat(TestWorld.LAYER).isEmpty()) {
            Mount mount = snapshots.prepare("layer", "").getFirst();
            String upper = mount.option("upperdir");
            fill(Path.of(upper.isEmpty() ? mount.source() : upper));
            snapshots.commit(TestWorld.LAYER, "layer");
        }
        return snapshots;
    }

    private static void fill(Path tree) throws IOException {
        for (String directory : List.of("bin", "etc", "tmp", "proc", "sys", "dev", "data")) {
            Files.createDirectories(tree.resolve(directory));
        }
        Files.copy(BUSYBOX, tree.resolve("bin/busybox"));
        for (String link :
                List.of(
                        "sh",
                        "true",
                        "false",
                        "sleep",
                        "cat",
                        "echo",
                        "id",
                        "env",
                        "hostname",
                        "ls",
                        "stty",
                        "kill",
                        "seq",
                        "yes",
                        "head",
                        "ps",
                        "mount",
                        "touch")) {
            Files.createSymbolicLink(tree.resolve("bin").resolve(link), Path.of("busybox"));
        }
        Files.writeString(tree.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\nweb:x:33:33::/:\n");
        Files.writeString(tree.resolve("etc/group"), "root:x:0:\nweb:x:33:\naudio:x:29:\n");
        Files.writeString(tree.resolve("data/file"), "from the image\n");
        Files.createLink(tree.resolve("data/same"), tree.resolve("data/file"));
        Files.setAttribute(tree.resolve("data/file"), "user:note", ByteBuffer.wrap(new byte[3]));
    }

    @Override
    public void close() {
        if (runtime != null) {
            runtime.close();
        }
    }
}
