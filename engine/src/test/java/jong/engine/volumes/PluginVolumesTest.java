package jong.engine.volumes;

import java.io.IOException;
import java.nio.file.Path;
import jong.engine.plugins.PluginPlaces;
import jong.engine.plugins.Plugins;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A driver in another process, as far as the engine can see. */
final class PluginVolumesTest extends VolumeContract {

    @TempDir Path plugins;
    private PluginServer server;

    @BeforeEach
    void serve() throws IOException {
        server = new PluginServer(new RecordingDriver(), plugins.resolve("shelves.sock"));
    }

    @AfterEach
    void closeServer() throws IOException {
        server.close();
    }

    @Override
    String driver() {
        return "shelves";
    }

    @Override
    VolumeDrivers drivers() {
        return new Plugins(PluginPlaces.in(plugins));
    }
}
