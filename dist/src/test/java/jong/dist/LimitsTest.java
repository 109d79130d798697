package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Limits, read in the container's cgroup from outside, in whichever version the machine has. */
@BlackBox
class LimitsTest {

    private final Cli cli;

    LimitsTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @Test
    void memoryCpuAndProcessLimitsStandInTheCgroup() {
        cli.run(
                        "run -d --name limited -m 64m --cpus 0.5 --pids-limit 33"
                                + " --cpuset-cpus 0 busybox sleep 1000")
                .succeeded();
        assertThat(read("limited", "memory", "memory.limit_in_bytes", "memory.max"))
                .isEqualTo("67108864");
        assertThat(read("limited", "pids", "pids.max", "pids.max")).isEqualTo("33");
        assertThat(read("limited", "cpuset", "cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
        var quota = read("limited", "cpu", "cpu.cfs_quota_us", "cpu.max");
        assertThat(quota).isIn("50000", "50000 100000");
    }

    @Test
    void processOverItsMemoryIsKilledAndSaidSo() {
        cli.run("run --name greedy -m 16m --memory-swap 16m busybox sh -c", "tail /dev/zero")
                .exitedWith(137);
        assertThat(cli.inspect("greedy", "{{.State.OOMKilled}}")).isEqualTo("true");
    }

    @Test
    void updateChangesARunningContainer() {
        cli.run("run -d --name grown -m 32m busybox sleep 1000").succeeded();
        cli.run("update -m 64m --memory-swap -1 grown").succeeded();
        assertThat(read("grown", "memory", "memory.limit_in_bytes", "memory.max"))
                .isEqualTo("67108864");
    }

    /** A file of the container's cgroup: the controller's own (version 1) or the unified one. */
    private String read(String container, String controller, String file, String unifiedFile) {
        try {
            for (var line :
                    Files.readAllLines(Path.of("/proc/" + cli.pid(container) + "/cgroup"))) {
                var fields = line.split(":", 3);
                for (var name : fields[1].split(",")) {
                    if (name.equals(controller)) {
                        return text(Path.of("/sys/fs/cgroup", name, fields[2], file));
                    }
                }
            }
            var own = Files.readString(Path.of("/proc/" + cli.pid(container) + "/cgroup"));
            var unified = own.substring(own.indexOf("0::") + 3).strip();
            return text(Path.of("/sys/fs/cgroup", unified, unifiedFile));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
