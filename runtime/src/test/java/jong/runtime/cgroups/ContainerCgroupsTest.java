package jong.runtime.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jong.linux.cgroups.CgroupHierarchy;
import jong.linux.cgroups.CgroupMembership;
import jong.linux.cgroups.Cgroups;
import jong.oci.runtime.LinuxResources;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.CgroupView;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hierarchies of version 1, for which plain directories stand. */
final class ContainerCgroupsTest {

    /** Where nobody may make a directory (EPERM), root included. */
    private static final Path CLOSED = Path.of("/sys");

    @TempDir private Path directory;

    private ContainerCgroups hierarchies(Path memory, Map<String, String> own) {
        return new ContainerCgroups(
                new Cgroups(
                        List.of(
                                new CgroupHierarchy(
                                        directory.resolve("pids"), "/", Set.of("pids"), false),
                                new CgroupHierarchy(memory, "/", Set.of("memory"), false))),
                new CgroupMembership(own));
    }

    @Test
    void aRelativePathStartsFromWhatEachHierarchySaysOfItsMaker() {
        Path memory = directory.resolve("memory");
        var maker = hierarchies(memory, Map.of("pids", "/a", "memory", "/b/c"));
        Map<String, String> made = maker.of("x/y").directories();
        assertThat(made)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "pids", directory + "/pids/a/x/y",
                                "memory", directory + "/memory/b/c/x/y"));
        var other = hierarchies(memory, Map.of("pids", "/", "memory", "/"));
        assertThat(other.existing("x/y", made).directories()).isEqualTo(made);
        assertThat(other.existing("x/y", made).path()).isEqualTo("x/y");
    }

    @Test
    void aHierarchyInWhichTheUserMayMakeNoneIsShownAsTheContainerStaysInIt() throws IOException {
        var cgroups = hierarchies(CLOSED, Map.of("pids", "/a", "memory", "/kernel"));
        var nothing = new LinuxResources(new JsonObject());
        ContainerCgroup cgroup = cgroups.rootless("", "box", nothing);
        CgroupPlacement placement = cgroup.placement();
        Path made = directory.resolve("pids/a/box");
        assertThat(placement.joinFiles()).containsExactly(made + "/tasks");
        assertThat(placement.views())
                .containsExactly(
                        new CgroupView("pids", "pids", made),
                        new CgroupView("sys", "memory", CLOSED.resolve("kernel")));
        ContainerCgroup later = cgroups.existing(cgroup.path(), cgroup.directories());
        assertThat(later.placement().joinFiles()).containsExactly(made + "/tasks");
        assertThat(later.frozen()).isFalse();
        cgroup.remove();
        assertThat(Files.exists(made)).isFalse();
    }
}
