package jong.engine.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.wire.json.JsonObject;

/**
 * What makes volumes and mounts them: the files of this host, or somebody's program.
 *
 * <p>May be called by several threads at once, and may wait for long: no lock is held meanwhile. A
 * volume that was created can be found until it is removed. It has a directory on this host at
 * least from the first {@link #mount} to the {@link #unmount} of the same id; each mount has an id
 * of its own, and is undone once.
 *
 * <p>All methods end in an {@link IOException} whose message is for users, or in a {@link
 * jong.wire.status.StatusException}.
 */
public interface VolumeDriver {

    /** Its name, as {@code --driver} has it. */
    String name();

    /** {@code local} if each host has volumes of its own, {@code global} if all have the same. */
    String scope();

    /** Makes a volume; one that is there is no error. */
    void create(String name, Map<String, String> options) throws IOException;

    /** Removes a volume with its data. */
    void remove(String name) throws IOException;

    /**
     * Makes a volume's directory usable.
     *
     * @param id whose mount it is, for this and {@link #unmount}
     * @return the directory
     */
    Path mount(String name, String id) throws IOException;

    /** Ends a mount. */
    void unmount(String name, String id) throws IOException;

    /** A volume of that name; empty if there is none. */
    Optional<Found> get(String name) throws IOException;

    /** All volumes. */
    List<Found> list() throws IOException;

    /**
     * What a driver tells of a volume.
     *
     * @param mountpoint its directory; empty if it has none now
     * @param createdAt when, by RFC 3339; empty if the driver does not say
     * @param status whatever the driver likes to show
     */
    record Found(String name, String mountpoint, String createdAt, JsonObject status) {}
}
