package jong.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.Spec;
import jong.runtime.monitor.OutputLog;
import jong.runtime.plan.Rootfs;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** A busybox root and configurations of containers that run in it. */
public final class TestBundle {

    public static final Path PROGRAM = Path.of("target/native/jong-native").toAbsolutePath();

    public final Path directory;
    public final Path rootfs;
    public final Path log;

    public TestBundle(Path directory) throws IOException {
        this.directory = directory;
        this.rootfs = directory.resolve("rootfs");
        this.log = directory.resolve("json.log");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : List.of("bin", "etc", "proc", "sys", "dev", "tmp", "root")) {
            Files.createDirectories(rootfs.resolve(name));
        }
        Files.copy(Path.of("/bin/busybox"), rootfs.resolve("bin/busybox"));
        for (String name :
                List.of("sh", "true", "cat", "ls", "id", "sleep", "stty", "hostname", "mkdir")) {
            Files.createSymbolicLink(rootfs.resolve("bin").resolve(name), Path.of("busybox"));
        }
        Files.writeString(
                rootfs.resolve("etc/passwd"),
                "root:x:0:0::/root:/bin/sh\nana:x:1000:1000::/home/ana:/bin/sh\n");
        Files.writeString(rootfs.resolve("etc/group"), "root:x:0:\nana:x:1000:\nx:x:77:ana\n");
        Files.writeString(rootfs.resolve("etc/plain"), "not a program\n");
    }

    /** What Docker gives a container, with {@code args} to run. */
    public static JsonObject config(String id, String... args) {
        return Json.parseObject(
                """
                {"ociVersion":"1.2.0","root":{"path":"/"},"hostname":"box",
                 "process":{"user":{"uid":0,"gid":0},"cwd":"/","env":["PATH=/bin"],
                  "args":%s,
                  "capabilities":{"bounding":["CAP_KILL","CAP_CHOWN","CAP_SETUID","CAP_SETGID"],
                   "effective":["CAP_KILL","CAP_CHOWN"],"permitted":["CAP_KILL","CAP_CHOWN"]}},
                 "mounts":[
                  {"destination":"/proc","type":"proc","source":"proc",
                   "options":["nosuid","noexec","nodev"]},
                  {"destination":"/dev","type":"tmpfs","source":"tmpfs",
                   "options":["nosuid","strictatime","mode=755","size=65536k"]},
                  {"destination":"/dev/pts","type":"devpts","source":"devpts",
                   "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"]},
                  {"destination":"/sys","type":"sysfs","source":"sysfs",
                   "options":["nosuid","noexec","nodev","ro"]},
                  {"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup",
                   "options":["ro","nosuid","noexec","nodev"]},
                  {"destination":"/dev/shm","type":"tmpfs","source":"shm",
                   "options":["nosuid","noexec","nodev","mode=1777","size=67108864"]}],
                 "linux":{"cgroupsPath":"/jong-runtime-test/%s",
                  "resources":{"devices":[{"allow":false,"access":"rwm"}]},
                  "namespaces":[{"type":"mount"},{"type":"network"},{"type":"uts"},{"type":"pid"},
                   {"type":"ipc"},{"type":"cgroup"}],
                  "maskedPaths":["/proc/kcore","/proc/timer_list","/sys/firmware"],
                  "readonlyPaths":["/proc/sys","/proc/bus"]}}
                """
                        .formatted(Json.write(List.of(args)), id));
    }

    /** The same, with the root as an overlay's only layer. */
    public ContainerSetup overlay(String id, JsonObject config) throws IOException {
        Path target = Files.createDirectories(directory.resolve("target"));
        Path upper = Files.createDirectories(directory.resolve("upper"));
        Path work = Files.createDirectories(directory.resolve("work"));
        var overlay =
                new Rootfs.Overlay(
                        List.of(rootfs.toString()),
                        upper.toString(),
                        work.toString(),
                        target,
                        List.of());
        return new ContainerSetup(
                id, new Spec(config), directory, overlay, List.of(), false, Optional.empty());
    }

    public ContainerSetup setup(String id, JsonObject config, boolean stdin) {
        return new ContainerSetup(
                id,
                new Spec(config),
                directory,
                new Rootfs.Directory(rootfs),
                List.of(),
                stdin,
                Optional.of(new OutputLog(log, 0, 1, "")));
    }

    /** The container's output, from the log. */
    public String output() throws IOException {
        var text = new StringBuilder();
        for (String line : Files.readAllLines(log)) {
            text.append(Json.parseObject(line).string("log"));
        }
        return text.toString();
    }
}
