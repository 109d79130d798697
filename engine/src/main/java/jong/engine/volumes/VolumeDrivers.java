package jong.engine.volumes;

import java.io.IOException;
import java.util.List;

/** The drivers besides {@code local}. */
public interface VolumeDrivers {

    /** None. */
    VolumeDrivers NONE =
            new VolumeDrivers() {
                @Override
                public VolumeDriver get(String name) {
                    throw new jong.wire.status.StatusException.NotFound(
                            "error looking up volume plugin %s: plugin \"%s\" not found"
                                    .formatted(name, name));
                }

                @Override
                public List<VolumeDriver> all() {
                    return List.of();
                }

                @Override
                public List<String> known() {
                    return List.of();
                }
            };

    /**
     * A driver by its name, which may be asked whether it is one first.
     *
     * @throws jong.wire.status.StatusException.NotFound if there is none, in docker's words
     * @throws IOException if it does not answer
     */
    VolumeDriver get(String name) throws IOException;

    /** All that are there and answer, each asked once. */
    List<VolumeDriver> all();

    /** The names of those that have said what they are, in order; nobody is asked. */
    List<String> known();
}
