package jong.linux.cgroups;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.mounts.MountTable;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CgroupsTest {
    private static final String HYBRID =
            """
            32 31 0:29 / /none/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /none/memory rw - cgroup cgroup rw,memory
            40 31 0:37 / /none/systemd rw - cgroup cgroup rw,xattr,name=systemd
            41 31 0:38 / /none/unified rw - cgroup2 cgroup2 rw,nsdelegate
            42 31 0:32 / /elsewhere rw - cgroup cgroup rw,memory
            """;

    @Test
    void hybridHierarchiesAndTheirControllersAreFound() throws Exception {
        var cgroups = Cgroups.of(MountTable.parse(HYBRID.getBytes(UTF_8)));
        assertThat(cgroups.mode()).isEqualTo(Cgroups.Mode.HYBRID);
        assertThat(cgroups.hierarchies()).hasSize(4);
        assertThat(cgroups.withController("cpuacct"))
                .map(CgroupHierarchy::mountPoint)
                .contains(Path.of("/none/cpu,cpuacct"));
        assertThat(cgroups.withController("name=systemd")).isPresent();
        assertThat(cgroups.withController("rw")).isEmpty();
        assertThat(cgroups.unified()).map(CgroupHierarchy::unified).contains(true);
    }

    @Test
    void aMountOfASubtreeLeavesItsRootOutOfPaths() throws Exception {
        var line = "35 31 0:32 /outer /m rw - cgroup cgroup rw,memory\n";
        var hierarchy =
                Cgroups.of(MountTable.parse(line.getBytes(UTF_8)))
                        .withController("memory")
                        .orElseThrow();
        assertThat(hierarchy.group("/outer/a").directory()).isEqualTo(Path.of("/m/a"));
    }

    @Test
    void membershipOfBothVersionsIsRead() {
        var membership =
                CgroupMembership.parse(List.of("4:cpu,cpuacct:/a:b", "3:name=systemd:/s", "0::/u"));
        assertThat(membership.path("cpuacct")).contains("/a:b");
        assertThat(membership.path("name=systemd")).contains("/s");
        assertThat(membership.unifiedPath()).contains("/u");
        assertThat(membership.path("memory")).isEmpty();
    }

    @Test
    @Tag("root")
    void aGroupIsMadeReadWrittenAndRemovedWithThoseBelow() throws Exception {
        var pids = Cgroups.detect().withController("pids");
        Assumptions.assumeTrue(pids.isPresent(), "no pids controller");
        var own = CgroupMembership.own();
        var path = own.path("pids").or(own::unifiedPath).orElseThrow();
        var group = pids.get().group(path).child("jong-test-" + ProcessHandle.current().pid());
        try {
            group.create();
            group.child("below").create();
            assertThat(group.children()).containsExactly(group.child("below"));
            assertThat(group.processes()).isEmpty();
            if (group.has("pids.max")) {
                group.write("pids.max", "42");
                assertThat(group.read("pids.max")).isEqualTo("42");
                Assertions.assertThatThrownBy(() -> group.write("pids.max", "many"))
                        .isInstanceOfSatisfying(
                                ErrnoException.class,
                                e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                        .hasMessageEndingWith("/pids.max \"many\": invalid argument");
            }
        } finally {
            group.remove();
        }
        assertThat(group.exists()).isFalse();
        group.remove();
    }
}
