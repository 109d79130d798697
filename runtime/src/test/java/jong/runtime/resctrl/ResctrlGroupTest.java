package jong.runtime.resctrl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plain directory with resctrl's files; those of groups, the kernel would make. */
final class ResctrlGroupTest {

    @TempDir private Path root;

    @BeforeEach
    void mount() throws IOException {
        file("schemata", "    L3:0=fff\n    MB:0=100\n");
        file("info/last_cmd_status", "unknown resource\n");
        file("info/L3/cbm_mask", "fff\n");
        file("info/L3/min_cbm_bits", "2\n");
        file("info/L3/num_closids", "16\n");
    }

    private void file(String name, String text) throws IOException {
        Files.createDirectories(root.resolve(name).getParent());
        Files.writeString(root.resolve(name), text);
    }

    private ResctrlGroup group(String json) {
        return new ResctrlGroup(new ResourceDirector(root), Json.parseObject(json), "box");
    }

    @Test
    void withoutANameTheGroupIsTheContainersOwn() throws IOException {
        ResctrlGroup group = group("{}");
        assertThat(group.create()).isTrue();
        assertThat(group.joinFiles()).containsExactly(root + "/box/tasks");
        group.remove(true);
        assertThat(root.resolve("box")).doesNotExist();
    }

    @Test
    void oneThatWasThereBeforeStays() throws IOException {
        Files.createDirectory(root.resolve("box"));
        ResctrlGroup group = group("{}");
        boolean made = group.create();
        group.remove(made);
        assertThat(root.resolve("box")).exists();
    }

    @Test
    void aNamedGroupOfWhichNoMoreIsSaidMustExist() throws IOException {
        ResctrlGroup group = group("{\"closID\":\"gold\"}");
        assertThatThrownBy(group::create)
                .isInstanceOf(InvalidArgument.class)
                .hasMessageStartingWith("clos dir not accessible (must be pre-created when");
        Files.createDirectory(root.resolve("gold"));
        assertThat(group.create()).isFalse();
        group.remove(false);
        assertThat(root.resolve("gold")).exists();
        assertThat(group("{\"closID\":\"/\"}").joinFiles()).containsExactly(root + "/tasks");
    }

    @Test
    void allSchemataAreOneWriteInTheirOrder() throws IOException {
        file("gold/schemata", "");
        group(
                        "{\"closID\":\"gold\",\"l3CacheSchema\":\"L3:0=f\",\"memBwSchema\":\"MB:0=20\","
                                + "\"schemata\":[\"L2:0=3\",\"L3:1=f0\"]}")
                .create();
        assertThat(root.resolve("gold/schemata")).hasContent("L3:0=f\nMB:0=20\nL2:0=3\nL3:1=f0\n");
    }

    /** The kernel's number says little; its file says why. */
    @Test
    void aRefusalSaysWhyAndLeavesNothing() {
        ResctrlGroup group = group("{\"schemata\":[\"X:0=1\"]}");
        assertThatThrownBy(group::create)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("intelrdt: unable to write \"X:0=1\": ")
                .hasMessageEndingWith(", last_cmd_status: unknown resource");
        assertThat(root.resolve("box")).doesNotExist();
    }

    @Test
    void aMeasuredContainerHasAGroupOfItsOwnBelow() throws IOException {
        Files.createDirectories(root.resolve("gold/mon_groups"));
        ResctrlGroup group = group("{\"closID\":\"gold\",\"enableMonitoring\":true}");
        group.create();
        assertThat(group.joinFiles())
                .containsExactly(root + "/gold/tasks", root + "/gold/mon_groups/box/tasks");
        assertThat(root.resolve("gold/mon_groups/box")).isDirectory();
        group.remove(false);
        assertThat(root.resolve("gold/mon_groups/box")).doesNotExist();
        assertThat(root.resolve("gold")).exists();
    }

    @Test
    void statisticsAreThoseOfTheMeasuredGroup() throws IOException {
        file("info/L3_MON/mon_features", "llc_occupancy\nmbm_total_bytes\n");
        file("gold/schemata", "    L3:0=f\n    MB:0=20\n");
        file("gold/mon_groups/box/mon_data/mon_L3_00/llc_occupancy", "7\n");
        file("gold/mon_groups/box/mon_data/mon_L3_00/mbm_total_bytes", "9\n");
        JsonObject stats = group("{\"closID\":\"gold\",\"enableMonitoring\":true}").stats();
        assertThat(stats)
                .isEqualTo(
                        Json.parseObject(
                                """
                                {"l3_cache_info":{"cbm_mask":"fff","min_cbm_bits":2,"num_closids":16},
                                 "l3_cache_schema_root":"L3:0=fff","l3_cache_schema":"L3:0=f",
                                 "schemata":["L3:0=f","MB:0=20"],
                                 "mbm_stats":[{"mbm_total_bytes":9,"mbm_local_bytes":0}],
                                 "cmt_stats":[{"llc_occupancy":7}]}
                                """));
    }
}
