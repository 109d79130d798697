package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.oci.runtime.ProcessSpec;
import jong.runtime.Container;
import jong.runtime.ContainerExec;
import jong.runtime.Trial;
import jong.runtime.box.Box;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rights that a process should not have, and processes and keys that are not its own. */
@Tag("root")
final class RightsAttackTest {

    @TempDir private Path temporary;
    private Trial trial;

    @BeforeEach
    void prepare() throws IOException {
        trial = new Trial(temporary);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        trial.close();
    }

    private static ProcessSpec process(String script) {
        return new ProcessSpec(
                new JsonObject()
                        .with("args", List.of("sh", "-c", script))
                        .with("cwd", "/")
                        .with("env", List.of("PATH=/bin")));
    }

    /** CVE-2016-9962: what enters a container still holds descriptors of the host. */
    @Test
    void aProcessThatEntersIsClosedToRootOfTheContainer() throws IOException {
        JsonObject config = Box.withUserNamespace(trial.script("sleep 1000"), 0, 4_294_967_295L);
        for (String set : List.of("bounding", "effective", "permitted")) {
            config.object("process")
                    .object("capabilities")
                    .with(set, List.of("CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_KILL"));
        }
        Container container = trial.create(config);
        container.start();
        ContainerExec entering = container.exec(process("true"), false);
        ProcessSpec spy =
                process(
                        "for p in /proc/[0-9]*; do test -r $p/environ && readlink $p/exe;"
                                + " readlink $p/root $p/cwd; ls -l $p/fd; done >/seen 2>/dev/null");
        spy.json().with("capabilities", config.object("process").object("capabilities"));
        ContainerExec spying = container.exec(spy, false);
        spying.start();
        spying.exit().join();
        entering.start();
        entering.exit().join();
        container.destroy();
        assertThat(Files.readString(trial.bundle.rootfs.resolve("seen")))
                .as("the spy sees its own kind, and not the native program's memory file")
                .contains("/bin/busybox")
                .doesNotContain("memfd", "jong", temporary.toString());
    }

    /** CVE-2022-29162 and its kin: a non-empty inheritable set. */
    @Test
    void nothingIsInheritableUnlessTheConfigurationSaysSo() throws IOException {
        JsonObject config = trial.script("grep CapInh /proc/self/status; : >/told; sleep 1000");
        Container container = trial.create(config);
        container.start();
        ContainerExec exec =
                container.exec(
                        process(
                                "until [ -e /told ]; do sleep 0.02; done;"
                                        + " grep -h Cap /proc/self/status >/rights"),
                        false);
        exec.start();
        exec.exit().join();
        container.destroy();
        assertThat(trial.bundle.output()).isEqualTo("CapInh:\t0000000000000000\n");
        assertThat(Files.readAllLines(trial.bundle.rootfs.resolve("rights")))
                .as("an exec that names no capabilities has none, not even to regain")
                .hasSize(5)
                .allMatch(line -> line.endsWith("\t0000000000000000"));
    }

    @Test
    void anOrdinaryUserKeepsNothingOfRootAndASetuidProgramGetsTheBoundingSetOnly()
            throws IOException {
        Path suid = Files.createDirectory(trial.bundle.rootfs.resolve("suid")).resolve("sh");
        Files.copy(trial.bundle.rootfs.resolve("bin/busybox"), suid);
        Files.setAttribute(suid, "unix:mode", 0_4755);
        JsonObject config =
                trial.script(
                        "grep -E 'Cap|Groups' /proc/self/status;"
                                + " /suid/sh -c 'grep CapBnd /proc/self/status'");
        config.object("process")
                .with("user", new JsonObject().with("uid", 1000L).with("gid", 1000L));
        for (String set : List.of("effective", "permitted", "inheritable", "ambient")) {
            config.object("process").object("capabilities").with(set, List.of());
        }
        // CAP_CHOWN, CAP_KILL, CAP_SETGID, CAP_SETUID.
        String bounding = "CapBnd:\t00000000000000e1";
        assertThat(trial.output(config).lines())
                .containsExactly(
                        "Groups:\t ",
                        "CapInh:\t0000000000000000",
                        "CapPrm:\t0000000000000000",
                        "CapEff:\t0000000000000000",
                        bounding,
                        "CapAmb:\t0000000000000000",
                        bounding);
    }

    @Test
    void theSessionAndItsKeysAreTheContainersOwn() throws IOException {
        String keys =
                trial.output(
                        trial.script(
                                "cut -d' ' -f6,7 /proc/self/stat; grep -o '_ses[^:]*' /proc/keys"));
        assertThat(keys).startsWith("1 0\n").contains("\n_ses." + trial.id + "\n");
    }

    @Test
    void parametersOfTheHostsNamespacesAreNotSet() throws IOException {
        Path parameter = Path.of("/proc/sys/net/ipv4/ip_default_ttl");
        String before = Files.readString(parameter);
        String own = "/proc/" + ProcessHandle.current().pid() + "/ns/net";
        for (JsonObject network :
                List.of(
                        new JsonObject().with("type", "time"),
                        new JsonObject().with("type", "network").with("path", own))) {
            JsonObject config = trial.script("true");
            JsonObject linux = config.object("linux");
            linux.with("sysctl", new JsonObject().with("net.ipv4.ip_default_ttl", "33"));
            linux.with(
                    "namespaces",
                    linux.objects("namespaces").stream()
                            .map(n -> n.string("type").equals("network") ? network : n)
                            .toList());
            assertThatThrownBy(() -> trial.create(config))
                    .isInstanceOf(InvalidArgument.class)
                    .hasMessageEndingWith("not allowed in host network namespace");
        }
        for (String name :
                List.of("kernel.core_pattern", "kernel/../kernel.modprobe", "vm.panic_on_oom")) {
            JsonObject config = trial.script("true");
            config.object("linux").with("sysctl", new JsonObject().with(name, "1"));
            assertThatThrownBy(() -> trial.create(config)).isInstanceOf(InvalidArgument.class);
        }
        assertThat(Files.readString(parameter)).isEqualTo(before);
    }

    @Test
    void annotationsOfOtherRuntimesChangeNothing() throws IOException {
        var box = new Box(Files.createDirectory(temporary.resolve("box")));
        JsonObject annotations = new JsonObject();
        for (String name :
                List.of(
                        "run.oci.seccomp_bpf_data",
                        "run.oci.seccomp_fail_unknown_syscall",
                        "run.oci.keep_original_groups",
                        "run.oci.hooks.stdout",
                        "run.oci.mount_context_type",
                        "run.oci.handler",
                        "module.wasm.image/variant",
                        "org.systemd.property.DeviceAllow",
                        "io.katacontainers.config.hypervisor.path")) {
            annotations.with(name, "1");
        }
        JsonObject with = Box.config("true").with("annotations", annotations);
        assertThat(box.plan(with).toString()).isEqualTo(box.plan(Box.config("true")).toString());
    }
}
