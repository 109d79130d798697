package jong.engine.volumes;

import java.io.IOException;
import jong.engine.containers.ContainerVolumes.Filler;
import jong.wire.status.StatusException.Conflict;

/**
 * Fills an empty volume with an image's files, in one step: dockerd copies into the volume itself,
 * and takes for whole what a death has left half full.
 *
 * <p>Not synced, as the copy of dockerd is not: a container is not slower to make for a failure of
 * power, after which files of the last seconds may be empty.
 *
 * @param holder whose hold on the volume does not count
 */
record VolumeFilling(VolumeRecords records, String name, String holder) {

    /**
     * Fills it; false, with nothing changed, if that cannot be done in one step: somebody has begun
     * to use it meanwhile, or an administrator has put a mount or a link at its place.
     */
    boolean fill(Filler filler) throws IOException {
        try (var files = records.places().stage()) {
            files.share(name);
            filler.fill(files.data());
            files.requireWithinLimit();
            return take(files);
        }
    }

    private boolean take(VolumePlaces.Staged files) throws IOException {
        try {
            records.fill(name, files, holder);
            return true;
        } catch (Conflict _) {
            return false;
        } catch (IOException _) {
            // Somebody was faster, and what has files is not filled; or it cannot be replaced.
            return !records.places().isEmpty(name);
        }
    }
}
