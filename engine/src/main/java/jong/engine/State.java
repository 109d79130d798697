package jong.engine;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import jong.engine.containers.Container;
import jong.engine.containers.Containers;
import jong.engine.events.Events;
import jong.engine.images.ImageRoutes;
import jong.engine.images.ImageService;
import jong.engine.system.EngineState;
import jong.engine.volumes.VolumeService;
import jong.wire.json.JsonObject;

/**
 * Answers the questions about the engine as a whole from its parts.
 *
 * @param events who listens
 * @param containerService their number and sizes
 * @param imageService their number and sizes
 * @param imageRoutes how images are shown
 * @param volumes their sizes
 * @param storage how images and containers are kept
 */
record State(
        Events events,
        Containers containerService,
        ImageService imageService,
        ImageRoutes imageRoutes,
        VolumeService volumes,
        Storage storage)
        implements EngineState {

    @Override
    public ContainerCounts containers() {
        int running = 0;
        int paused = 0;
        int stopped = 0;
        for (Container container : containerService.all()) {
            if (container.paused()) {
                paused++;
            } else if (container.running()) {
                running++;
            } else {
                stopped++;
            }
        }
        return new ContainerCounts(running, paused, stopped);
    }

    @Override
    public String storageDriver() {
        return storage.choice().driver().dockerName();
    }

    @Override
    public Map<String, String> storageStatus() throws IOException {
        return storage.choice().status();
    }

    @Override
    public int images() {
        return imageService.count();
    }

    @Override
    public int eventListeners() {
        return events.listeners();
    }

    @Override
    public long layersSize() {
        return imageService.layersSize();
    }

    @Override
    public List<JsonObject> imageUsage() {
        return imageRoutes.usage();
    }

    @Override
    public List<JsonObject> containerUsage() {
        return containerService.usage();
    }

    @Override
    public List<String> volumeDrivers() {
        return volumes.drivers();
    }

    @Override
    public List<JsonObject> volumeUsage() throws IOException {
        return volumes.usage();
    }
}
