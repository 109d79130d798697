package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker's default protections, seen from inside. */
@BlackBox
class ProtectionTest {

    private final Cli cli;

    ProtectionTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pid", "net", "mnt", "uts", "ipc", "cgroup"})
    void namespaceIsItsOwn(String namespace) throws IOException {
        // dockerd on cgroup v1 shares this one with the host; see docs/decisions/0003.
        assumeTrue(Engine.peer() == null || !namespace.equals("cgroup"));
        var own = Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)).toString();
        assertThat(cli.sh("readlink /proc/self/ns/" + namespace)).isNotEqualTo(own);
    }

    @Test
    void capabilitiesAreDockersDefault() {
        assertThat(status("CapEff")).isEqualTo("00000000a80425fb");
        assertThat(status("CapBnd")).isEqualTo("00000000a80425fb");
        assertThat(status("CapInh")).isEqualTo("0000000000000000");
        assertThat(status("CapAmb")).isEqualTo("0000000000000000");
    }

    @Test
    void capabilitiesAreDroppedAndAdded() {
        assertThat(status("CapEff", "--cap-drop=ALL")).isEqualTo("0000000000000000");
        assertThat(status("CapBnd", "--cap-drop=ALL")).isEqualTo("0000000000000000");
        assertThat(status("CapEff", "--cap-drop=ALL --cap-add=CHOWN"))
                .isEqualTo("0000000000000001");
        assertThat(status("CapEff", "--cap-add=NET_ADMIN")).isEqualTo("00000000a80435fb");
        assertThat(status("CapEff", "-u tester")).isEqualTo("0000000000000000");
    }

    @Test
    void systemCallsAreFiltered() {
        assertThat(status("Seccomp")).isEqualTo("2");
        assertThat(status("Seccomp", "--security-opt seccomp=unconfined")).isEqualTo("0");
        cli.run("run --rm busybox unshare -U true").exitedWith(1);
        cli.run("run --rm busybox mount -t tmpfs x /tmp").exitedWith(1);
    }

    @Test
    void privilegesAreNotGainedWhenAskedSo() {
        assertThat(status("NoNewPrivs")).isEqualTo("0");
        assertThat(status("NoNewPrivs", "--security-opt no-new-privileges")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/latency_stats"})
    void fileIsMasked(String path) {
        assertThat(cli.sh("[ ! -e %1$s ] || cat %1$s | wc -c".replace("%1$s", path))).isIn("0", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/proc/sys/kernel/hostname",
                "/proc/sysrq-trigger",
                "/sys/class/net/lo/mtu",
                "/proc/bus/x",
                "/proc/irq/x"
            })
    void fileIsReadOnly(String path) {
        cli.run("run --rm busybox sh -c", "echo x > " + path).exitedWith(1);
    }

    @Test
    void cgroupFilesAreReadOnly() {
        assertThat(
                        cli.sh(
                                "for f in $(find /sys/fs/cgroup -name cgroup.procs); do"
                                        + " (echo 1 > $f) 2>/dev/null && echo wrote $f;"
                                        + " done; true"))
                .isEmpty();
    }

    @Test
    void devicesAreThoseOfTheDefaultList() {
        // `core` stands there only on kernels with /proc/kcore.
        assertThat(cli.sh("ls /dev").lines().filter(name -> !name.equals("core")))
                .containsExactlyInAnyOrder(
                        "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr",
                        "stdin", "stdout", "tty", "urandom", "zero");
        // The node may be made, but the cgroup's device list refuses to open it.
        assertThat(cli.sh("mknod /tmp/d b 253 0 && cat /tmp/d 2>&1 || true"))
                .contains("Operation not permitted");
        assertThat(cli.sh("echo x > /dev/null && head -c 3 /dev/zero | wc -c")).isEqualTo("3");
    }

    @Test
    void deviceOfTheHostIsGivenWhenAskedFor() {
        assertThat(cli.sh("--device /dev/zero:/dev/given:r", "head -c 4 /dev/given | wc -c"))
                .isEqualTo("4");
    }

    @Test
    void privilegedContainerHasAll() {
        assertThat(status("Seccomp", "--privileged")).isEqualTo("0");
        assertThat(cli.sh("--privileged", "mkdir /mnt && mount -t tmpfs x /mnt && echo mounted"))
                .contains("mounted");
    }

    private String status(String field) {
        return status(field, "-i");
    }

    private String status(String field, String options) {
        return cli.sh(options, "awk '/^" + field + ":/ {print $2}' /proc/self/status");
    }
}
