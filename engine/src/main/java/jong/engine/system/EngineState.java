package jong.engine.system;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import jong.wire.json.JsonObject;

/** What the routes about the whole engine ask of its parts. */
public interface EngineState {

    /**
     * How many containers there are.
     *
     * @param running those that run, without the paused ones
     * @param paused those that are paused
     * @param stopped all others
     */
    record ContainerCounts(int running, int paused, int stopped) {}

    /** How many containers there are. */
    ContainerCounts containers();

    /** Docker's name of the storage driver. */
    String storageDriver();

    /** What it tells of itself. */
    Map<String, String> storageStatus() throws IOException;

    /** How many images there are. */
    int images();

    /** How many clients listen to events. */
    int eventListeners();

    /** Bytes of the files of all layers, each counted once. */
    long layersSize();

    /** The images as {@code GET /images/json} shows them. */
    List<JsonObject> imageUsage() throws IOException;

    /** The containers as {@code GET /containers/json?all=1&size=1} shows them. */
    List<JsonObject> containerUsage() throws IOException;

    /** The names of the volume drivers that are in use, {@code local} first. */
    List<String> volumeDrivers();

    /** The volumes with {@code UsageData}. */
    List<JsonObject> volumeUsage() throws IOException;
}
