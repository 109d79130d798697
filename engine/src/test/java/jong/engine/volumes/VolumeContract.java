package jong.engine.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import jong.engine.containers.ContainerVolumes.Request;
import jong.engine.events.Events;
import jong.manager.metadata.MetadataStore;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.NotFound;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for volumes of every driver; texts are dockerd's. */
abstract class VolumeContract {

    @TempDir Path directory;
    private @Nullable MetadataStore metadata;
    private VolumeService service;

    /** The name of the driver under test. */
    abstract String driver();

    /** Called once for each test, before it. */
    abstract VolumeDrivers drivers() throws IOException;

    /** As after the death of a daemon. */
    @BeforeEach
    void restart() throws IOException {
        closeMetadata();
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        Clock clock = Clock.systemUTC();
        Path root = directory.resolve("volumes");
        service = new VolumeService(root, metadata, drivers(), new Events(clock), clock);
    }

    @AfterEach
    void closeMetadata() {
        if (metadata != null) {
            metadata.close();
        }
    }

    @Test
    void sameNameIsTheSameVolume() {
        JsonObject made = create("vol", new JsonObject().with("a", "b"));
        assertThat(made.string("Name")).isEqualTo("vol");
        assertThat(made.string("Driver")).isEqualTo(driver());
        assertThat(made.string("Scope")).isEqualTo("local");
        assertThat(made.stringMap("Labels")).containsExactly(Map.entry("a", "b"));
        assertThat(create("vol", null).stringMap("Labels")).containsKey("a");
        assertThat(names()).containsExactly("vol");
    }

    @Test
    void volumeThatAContainerHasStays() {
        acquire("vol", driver());
        assertThatThrownBy(() -> service.remove("vol", true))
                .isInstanceOf(Conflict.class)
                .hasMessage("remove vol: volume is in use - [box]");
        service.removeIfUnused("vol");
        assertThat(names()).containsExactly("vol");
        service.release("vol", "box");
        service.remove("vol", false);
        assertThat(names()).isEmpty();
    }

    @Test
    void containerNeedNotNameTheDriverOfAVolumeThatIsThere() {
        create("vol", null);
        acquire("vol", "");
        assertThat(service.inspect("vol").string("Driver")).isEqualTo(driver());
        service.release("vol", "box");
        service.removeIfUnused("vol");
        assertThat(names()).isEmpty();
    }

    @Test
    void eachHoldEndsOnce() {
        create("vol", null);
        Path place = service.mount("vol", "one/v");
        assertThat(service.mount("vol", "two/v")).isEqualTo(place);
        assertThat(service.mount("vol", "one/v")).isEqualTo(place);
        assertThat(service.unmount("vol", "one/v")).isTrue();
        assertThat(service.unmount("vol", "one/v")).isFalse();
        assertThat(service.unmount("vol", "two/v")).isTrue();
        assertThat(service.unmount("none", "one/v")).isFalse();
    }

    @Test
    void whatIsNotThereIsToldOf() {
        assertThatThrownBy(() -> service.inspect("none"))
                .isInstanceOf(NotFound.class)
                .hasMessage("get none: no such volume");
        assertThatThrownBy(() -> service.remove("none", false)).isInstanceOf(NotFound.class);
        service.remove("none", true);
        service.removeIfUnused("none");
    }

    @Test
    void volumesOutliveTheDaemonAndItsUsersSayAgainThatTheyAre() throws IOException {
        create("vol", new JsonObject().with("a", "b"));
        acquire("vol", driver());
        service.mount("vol", "box/v");
        restart();
        assertThat(service.inspect("vol").stringMap("Labels")).containsKey("a");
        service.mount("vol", "box/v");
        service.unmountUnheld();
        assertThat(service.unmount("vol", "box/v")).isTrue();
        service.remove("vol", false);
        assertThat(names()).isEmpty();
    }

    private JsonObject create(String name, @Nullable JsonObject labels) {
        return service.create(VolumeRequest.of(name, driver(), null, labels));
    }

    private void acquire(String name, String driver) {
        service.acquire(new Request(name, driver, Map.of(), Map.of()), "box");
    }

    private List<String> names() {
        return service.listing(VolumeFilter.ALL).objects("Volumes").stream()
                .map(volume -> volume.string("Name"))
                .toList();
    }
}
