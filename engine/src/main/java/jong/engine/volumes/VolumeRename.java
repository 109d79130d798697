package jong.engine.volumes;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import jong.engine.containers.Containers;
import jong.engine.containers.VolumeChange;
import jong.engine.containers.VolumeMove;
import jong.engine.events.Events;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Gives volumes other names. Containers that do not run go along: their configuration and what
 * inspect shows of them name the volume anew. While one runs, the volume keeps its name.
 */
final class VolumeRename {

    private final VolumeRecords records;
    private final Containers containers;
    private final Events events;

    VolumeRename(VolumeRecords records, Containers containers, Events events) {
        this.records = records;
        this.containers = containers;
        this.events = events;
    }

    /**
     * Renames a volume, and its users' configuration, or nothing.
     *
     * @throws InvalidArgument if it cannot be called so
     * @throws StatusException.NotFound if there is no such volume
     * @throws Conflict if the new name is taken, or a container runs with the volume
     */
    void rename(String name, String newName) {
        VolumeRequest.checkName("rename " + name, newName);
        if (name.equals(newName)) {
            throw new InvalidArgument(
                    "Renaming a volume with the same name as its current name: " + name);
        }
        Set<String> users = records.beginRename(name, newName);
        try {
            var change = new VolumeChange(name, newName, records.places().data(newName), users);
            containers.renameVolume(change, new Move(records, name, newName));
            records.finishRename(name, newName);
        } finally {
            records.giveUp(name);
            records.giveUp(newName);
        }
        events.publish("volume", "rename", newName, Map.of("driver", "local", "oldName", name));
    }

    /** From one name to another. */
    private record Move(VolumeRecords records, String name, String newName) implements VolumeMove {

        @Override
        public void files() throws IOException {
            records.moveFiles(name, newName);
        }

        @Override
        public void record() {
            records.moveRecord(name, newName);
        }

        @Override
        public void undo() throws IOException {
            records.moveFilesBack(name, newName);
        }
    }
}
