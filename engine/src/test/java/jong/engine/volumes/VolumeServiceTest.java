package jong.engine.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Map;
import jong.api.Filters;
import jong.engine.containers.ContainerVolumes.Request;
import jong.engine.events.Events;
import jong.linux.mounts.MountFlag;
import jong.linux.mounts.MountTable;
import jong.linux.mounts.Mounts;
import jong.linux.mounts.Propagation;
import jong.manager.metadata.MetadataStore;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.NotFound;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of the local driver, and of one that refuses now and then. */
class VolumeServiceTest {

    @TempDir Path directory;
    private MetadataStore metadata;
    private VolumeService service;
    private final RecordingDriver driver = new RecordingDriver();

    @BeforeEach
    void open() throws IOException {
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        service = serviceIn(directory.toRealPath().resolve("volumes"));
    }

    private VolumeService serviceIn(Path root) throws IOException {
        Clock clock = Clock.systemUTC();
        return new VolumeService(root, metadata, driver.alone(), new Events(clock), clock);
    }

    @AfterEach
    void close() throws Exception {
        metadata.close();
    }

    @Test
    @Tag("root")
    void pruneGoesOnAfterAVolumeThatCannotBeRemoved() throws IOException {
        create("one", "{}");
        create("two", "{}");
        Path busy = Files.createDirectory(service.records().places().data("one").resolve("busy"));
        Mounts.mount("tmpfs", busy, "tmpfs", EnumSet.noneOf(MountFlag.class), "");
        try {
            var answer = service.prune(VolumeFilter.forPrune(Filters.NONE, true));
            assertThat(answer.strings("VolumesDeleted")).containsExactly("two");
            assertThat(service.inspect("one").string("Name")).isEqualTo("one");
        } finally {
            Mounts.unmount(busy);
        }
    }

    @Test
    void volumeThatStaysMountedIsNotUsedForEver() {
        create("vol", RecordingDriver.NAME, "{}");
        var use = service.use("vol", "export");
        driver.stuck = "vol";
        assertThatThrownBy(use::close).hasMessageEndingWith("device is busy");
        driver.stuck = "";
        service.remove("vol", false);
        assertThatThrownBy(() -> service.inspect("vol")).isInstanceOf(NotFound.class);
    }

    @Test
    void containerThatComesDuringARemovalGetsANewVolume() throws Exception {
        create("vol", RecordingDriver.NAME, "{}");
        var comer = new Thread(() -> service.acquire(request("vol"), "box"));
        driver.whileRemoved = () -> startUntilItWaits(comer);
        service.remove("vol", false);
        comer.join();
        assertThat(driver.volumes).containsExactly("vol");
        assertThatThrownBy(() -> service.remove("vol", false))
                .hasMessage("remove vol: volume is in use - [box]");
    }

    private static void startUntilItWaits(Thread thread) {
        thread.start();
        while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private static Request request(String name) {
        return new Request(name, RecordingDriver.NAME, Map.of(), Map.of());
    }

    @Test
    void volumeIsFilledInOneStep() throws IOException {
        create("vol", "{}");
        service.mount("vol", "box/v");
        Path data = service.records().places().data("vol");
        boolean done =
                service.fill(
                        "vol",
                        "box/v",
                        place -> {
                            Files.writeString(place.resolve("file"), "whole");
                            assertThat(data).isEmptyDirectory();
                        });
        assertThat(done).isTrue();
        assertThat(data.resolve("file")).hasContent("whole");
    }

    @Test
    void failedFillingLeavesNothing() {
        create("vol", "{}");
        assertThatThrownBy(() -> service.fill("vol", "box/v", VolumeServiceTest::half))
                .hasMessage("no more");
        VolumePlaces places = service.records().places();
        assertThat(places.data("vol")).isEmptyDirectory();
        assertThat(places.data("vol").resolve("../../.incoming")).isEmptyDirectory();
    }

    private static void half(Path place) throws IOException {
        Files.writeString(place.resolve("file"), "half");
        throw new IOException("no more");
    }

    /** It would go on with the empty directory. */
    @Test
    void volumeThatSomebodyElseHoldsIsNotFilledInOneStep() throws IOException {
        create("early", "{}");
        service.mount("early", "other/v");
        assertThat(service.fill("early", "box/v", VolumeServiceTest::half)).isFalse();
        create("late", "{}");
        assertThat(service.fill("late", "box/v", _ -> service.mount("late", "other/v"))).isFalse();
        assertThat(service.records().places().data("late")).isEmptyDirectory();
    }

    /** An administrator may have put it on another disk. */
    @Test
    void volumeBehindALinkIsNotFilledInOneStep() throws IOException {
        create("vol", "{}");
        Path place = service.records().places().data("vol").getParent();
        Path real = directory.toRealPath().resolve("real");
        Files.move(place, real);
        Files.createSymbolicLink(place, real);
        assertThat(service.fill("vol", "box/v", VolumeServiceTest::whole)).isFalse();
        assertThat(real.resolve("_data")).isEmptyDirectory();
    }

    @Test
    @Tag("root")
    void volumeOnWhichSomethingIsMountedIsNotFilledInOneStep() throws IOException {
        create("vol", "{}");
        Path data = service.records().places().data("vol");
        Mounts.mount("tmpfs", data, "tmpfs", EnumSet.noneOf(MountFlag.class), "");
        try {
            assertThat(service.fill("vol", "box/v", VolumeServiceTest::whole)).isFalse();
        } finally {
            Mounts.unmount(data);
        }
    }

    private static void whole(Path place) throws IOException {
        Files.writeString(place.resolve("file"), "whole");
    }

    @Test
    void filesThatAreThereFirstStay() throws IOException {
        create("vol", "{}");
        Path own = service.records().places().data("vol").resolve("own");
        assertThat(service.fill("vol", "box/v", _ -> Files.createFile(own))).isTrue();
        assertThat(own).exists();
    }

    @Test
    @Tag("root")
    void mountBehindALinkIsSeen() throws IOException {
        Path real = Files.createDirectory(directory.toRealPath().resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        service = serviceIn(link);
        create("vol", "{'type':'tmpfs','device':'tmpfs'}");
        service.mount("vol", "box/v");
        assertThat(MountTable.read().under(real)).hasSize(1);
        service.unmount("vol", "box/v");
        assertThat(MountTable.read().under(real)).isEmpty();
    }

    @Test
    void otherVolumesDoNotWaitForALargeRemoval() throws Exception {
        create("large", "{}");
        VolumePlaces places = service.records().places();
        for (int i = 0; i < 5000; i++) {
            Files.createFile(places.data("large").resolve("file" + i));
        }
        Path leaving = places.data("large").resolveSibling("../.incoming/0/_data").normalize();
        var removal = new Thread(() -> service.remove("large", false));
        removal.start();
        int meanwhile = 0;
        while (removal.isAlive()) {
            boolean before = Files.exists(leaving);
            service.listing(VolumeFilter.ALL);
            if (before && Files.exists(leaving)) {
                meanwhile++;
            }
        }
        assertThat(meanwhile).isPositive();
        assertThat(leaving).doesNotExist();
        assertThatThrownBy(() -> service.inspect("large")).isInstanceOf(NotFound.class);
    }

    /** What is unmounted below a shared mount is unmounted in all its copies. */
    @Test
    @Tag("root")
    void hostKeepsWhatIsMountedBelowABoundDirectory() throws IOException {
        Path shown = Files.createDirectory(directory.toRealPath().resolve("shown"));
        Mounts.mount("tmpfs", shown, "tmpfs", EnumSet.noneOf(MountFlag.class), "");
        try {
            Mounts.propagate(shown, Propagation.SHARED, false);
            Path below = Files.createDirectory(shown.resolve("below"));
            Mounts.mount("tmpfs", below, "tmpfs", EnumSet.noneOf(MountFlag.class), "");
            create("vol", "{'type':'none','o':'rbind','device':'" + shown + "'}");
            Path data = service.mount("vol", "box/v");
            assertThat(MountTable.read().under(data)).hasSize(2);
            service.unmount("vol", "box/v");
            assertThat(MountTable.read().under(data)).isEmpty();
            assertThat(MountTable.read().under(shown)).hasSize(2);
        } finally {
            Mounts.detach(shown);
        }
    }

    private void create(String name, String options) {
        create(name, LocalVolumes.NAME, options);
    }

    private void create(String name, String driverName, String options) {
        JsonObject json = Json.parseObject(options.replace('\'', '"'));
        service.create(VolumeRequest.of(name, driverName, json, null));
    }
}
