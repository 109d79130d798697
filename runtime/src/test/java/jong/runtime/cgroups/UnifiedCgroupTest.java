package jong.runtime.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import jong.linux.cgroups.CgroupHierarchy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plain directory in the place of a group, for what this machine's kernel does not show. */
final class UnifiedCgroupTest {

    @TempDir private Path group;

    private void file(String name, String text) throws IOException {
        Files.writeString(group.resolve(name), text);
    }

    private String file(String name) throws IOException {
        return Files.readString(group.resolve(name)).strip();
    }

    /** As the kernel before Linux 5.14: what is about to fork does so until the group stands. */
    private void freezeWhenAsked(long forked) {
        try {
            while (!file("cgroup.freeze").equals("1")) {
                if (Thread.interrupted()) {
                    return;
                }
            }
            Files.writeString(
                    group.resolve("cgroup.procs"), forked + "\n", StandardOpenOption.APPEND);
            file("cgroup.events", "populated 1\nfrozen 1\n");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aProcessThatIsForkedBeforeTheGroupStandsIsKilledToo() throws Exception {
        Process first = new ProcessBuilder("sleep", "1000").start();
        Process forked = new ProcessBuilder("sleep", "1000").start();
        file("cgroup.freeze", "0");
        file("cgroup.events", "populated 1\nfrozen 0\n");
        file("cgroup.procs", first.pid() + "\n");
        Thread kernel = Thread.ofPlatform().start(() -> freezeWhenAsked(forked.pid()));
        try {
            var hierarchy = new CgroupHierarchy(group.getParent(), "/", Set.of(), true);
            new UnifiedCgroup("/" + group.getFileName(), hierarchy).signalAll(9);
            first.waitFor();
            assertThat(file("cgroup.freeze")).isEqualTo("0");
            assertThat(file("cgroup.procs")).contains("\n" + forked.pid());
            forked.waitFor();
        } finally {
            kernel.interrupt();
            first.destroyForcibly();
            forked.destroyForcibly();
        }
    }
}
