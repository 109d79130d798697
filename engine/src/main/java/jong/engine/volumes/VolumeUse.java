package jong.engine.volumes;

import java.nio.file.Path;

/**
 * A volume in use by something that is no container; closing ends the use.
 *
 * @param service where it is in use
 * @param volume what is used
 * @param user who uses it, as errors show it among the ids of containers
 * @param data its directory, usable
 */
record VolumeUse(VolumeService service, StoredVolume volume, String user, Path data)
        implements AutoCloseable {

    @Override
    public void close() {
        try {
            service.unmount(volume.name(), user);
        } finally {
            service.release(volume.name(), user); // In memory: it does not fail.
        }
    }
}
