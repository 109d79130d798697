package jong.runtime.box;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jong.oci.runtime.Spec;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.ContainerRequest;
import jong.runtime.plan.Plan;
import jong.runtime.plan.PlanCompiler;
import jong.runtime.plan.Rootfs;
import jong.runtime.seccomp.SeccompCompiler;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * A busybox root, and containers that run in it straight from the native program, in the foreground
 * and without cgroups: what the plan and the C program do is all there is.
 */
public final class Box {

    /** The native program of this build. */
    public static final Path PROGRAM = Path.of("target/native/jong-native").toAbsolutePath();

    private static final List<String> DIRECTORIES =
            List.of("bin", "etc", "proc", "sys", "dev", "tmp", "root", "mnt");

    private final Path directory;
    private final Path rootfs;
    private CgroupPlacement cgroup = new CgroupPlacement(List.of(), List.of(), false);
    private boolean noPivot;
    private String program = PROGRAM.toString();

    /** Makes the root below {@code directory}. */
    public Box(Path directory) throws IOException {
        this.directory = directory;
        this.rootfs = directory.resolve("rootfs");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : DIRECTORIES) {
            Files.createDirectories(rootfs.resolve(name));
        }
        Files.copy(Path.of("/bin/busybox"), rootfs.resolve("bin/busybox"));
        for (String name : run(List.of("/bin/busybox", "--list")).output().split("\n", -1)) {
            Path link = rootfs.resolve("bin").resolve(name);
            if (!name.isEmpty() && !Files.exists(link)) {
                Files.createSymbolicLink(link, Path.of("busybox"));
            }
        }
        Files.writeString(rootfs.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
        Files.writeString(rootfs.resolve("etc/group"), "root:x:0:\n");
    }

    /** The container's root on the host. */
    public Path rootfs() {
        return rootfs;
    }

    /** A place on the host beside the root. */
    public Path beside(String name) {
        return directory.resolve(name);
    }

    /** From now on the root is moved into its place instead of pivoted to. */
    public void moveTheRoot() {
        noPivot = true;
    }

    /** From now on the native program is a copy that every user can reach. */
    public void useReachableProgram() throws IOException {
        program = Files.copy(PROGRAM, directory.resolve("jong-native")).toString();
    }

    /** The native program that is used. */
    String program() {
        return program;
    }

    /** From now on containers are put there. */
    public void use(CgroupPlacement placement) {
        cgroup = placement;
    }

    /** A configuration with new namespaces of all kinds but user and cgroup, running a script. */
    public static JsonObject config(String script) {
        return Json.parseObject(
                """
                {"ociVersion":"1.3.0","root":{"path":"/"},"hostname":"box",
                 "process":{"user":{"uid":0,"gid":0},"cwd":"/","env":["PATH=/bin"],
                  "args":["sh","-c",%s],
                  "capabilities":{"bounding":["CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FOWNER"],
                   "effective":["CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FOWNER"],
                   "permitted":["CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FOWNER"]}},
                 "mounts":[
                  {"destination":"/proc","type":"proc","source":"proc",
                   "options":["nosuid","noexec","nodev"]},
                  {"destination":"/dev","type":"tmpfs","source":"tmpfs",
                   "options":["nosuid","strictatime","mode=755","size=65536k"]},
                  {"destination":"/dev/pts","type":"devpts","source":"devpts",
                   "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620"]},
                  {"destination":"/sys","type":"sysfs","source":"sysfs",
                   "options":["nosuid","noexec","nodev","ro"]}],
                 "linux":{
                  "namespaces":[{"type":"mount"},{"type":"network"},{"type":"uts"},{"type":"pid"},
                   {"type":"ipc"}],
                  "maskedPaths":["/proc/kcore","/sys/firmware"],
                  "readonlyPaths":["/proc/sys","/proc/bus"]}}
                """
                        .formatted(Json.write(script)));
    }

    /** The same with one more mount. */
    public static JsonObject withMount(
            JsonObject config, String type, String source, String destination, String... options) {
        return append(
                config,
                "mounts",
                new JsonObject()
                        .with("destination", destination)
                        .with("type", type)
                        .with("source", source)
                        .with("options", List.of(options)));
    }

    /** The same with a new user namespace whose ids begin at {@code first} outside. */
    public static JsonObject withUserNamespace(JsonObject config, long first, long count) {
        JsonObject linux = config.object("linux");
        append(linux, "namespaces", new JsonObject().with("type", "user"));
        for (String member : List.of("uidMappings", "gidMappings")) {
            linux.with(member, List.of(mapping(first, count)));
        }
        return config;
    }

    /** Ids from 0 inside. */
    public static JsonObject mapping(long first, long count) {
        return new JsonObject().with("containerID", 0L).with("hostID", first).with("size", count);
    }

    /** The same with all of root's capabilities. */
    public static JsonObject privileged(JsonObject config) {
        List<String> all =
                List.of(
                        "CAP_CHOWN",
                        "CAP_DAC_OVERRIDE",
                        "CAP_FOWNER",
                        "CAP_SETUID",
                        "CAP_SETGID",
                        "CAP_SETFCAP",
                        "CAP_MKNOD",
                        "CAP_SYS_CHROOT",
                        "CAP_NET_ADMIN",
                        "CAP_SYS_ADMIN");
        JsonObject sets = config.object("process").object("capabilities");
        List.of("bounding", "effective", "permitted").forEach(set -> sets.with(set, all));
        return config;
    }

    /** Appends an element to an array member, which is made if missing. */
    public static JsonObject append(JsonObject owner, String member, JsonObject element) {
        List<Object> list = new ArrayList<>(owner.list(member));
        list.add(element);
        return owner.with(member, list);
    }

    /** Runs a container to its end. */
    public Outcome run(JsonObject config) throws IOException {
        return run(command(config));
    }

    /** The command that runs a container to its end, for those who run it their own way. */
    public List<String> command(JsonObject config) throws IOException {
        Path file = directory.resolve("container.plan");
        Files.write(file, plan(config).encode());
        return List.of(program, "exec", file.toString());
    }

    /** What the configuration is compiled to. */
    public Plan plan(JsonObject config) {
        return PlanCompiler.container(
                new ContainerRequest(
                        "box",
                        new Spec(config),
                        directory,
                        new Rootfs.Directory(rootfs),
                        List.of(),
                        cgroup,
                        new Spec(config).linux().seccomp().map(new SeccompCompiler()::compile),
                        "",
                        true,
                        0,
                        noPivot));
    }

    /** Runs a command of the host to its end. */
    public static Outcome run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        var errors =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return new String(process.getErrorStream().readAllBytes(), UTF_8);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Outcome(process.onExit().join().exitValue(), output, errors.join());
    }
}
