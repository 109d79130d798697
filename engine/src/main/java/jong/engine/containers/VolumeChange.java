package jong.engine.containers;

import java.nio.file.Path;
import java.util.Set;

/**
 * Another name of a volume, for the containers that have it.
 *
 * @param oldName as they know it
 * @param newName as they shall know it
 * @param newPath its directory on the host then
 * @param users their ids
 */
public record VolumeChange(String oldName, String newName, Path newPath, Set<String> users) {

    public VolumeChange {
        users = Set.copyOf(users);
    }
}
