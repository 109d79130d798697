package jong.engine;

import java.io.IOException;
import java.util.List;
import jong.engine.events.Events;
import jong.engine.system.EngineState;
import jong.engine.volumes.VolumeService;
import jong.wire.json.JsonObject;

/** Answers the questions about the engine as a whole from its parts. */
final class State implements EngineState {

    private final Events events;
    private final VolumeService volumes;

    State(Events events, VolumeService volumes) {
        this.events = events;
        this.volumes = volumes;
    }

    @Override
    public ContainerCounts containers() {
        return new ContainerCounts(0, 0, 0);
    }

    @Override
    public int images() {
        return 0;
    }

    @Override
    public int eventListeners() {
        return events.listeners();
    }

    @Override
    public long layersSize() {
        return 0;
    }

    @Override
    public List<JsonObject> imageUsage() {
        return List.of();
    }

    @Override
    public List<JsonObject> containerUsage() {
        return List.of();
    }

    @Override
    public List<JsonObject> volumeUsage() throws IOException {
        return volumes.usage();
    }
}
