package jong.engine.volumes;

import java.io.IOException;
import jong.manager.metadata.Bucket;
import jong.wire.json.JsonObject;

/**
 * Marks in the records of volumes, by which a start finds what a death interrupted. Directories and
 * records cannot be changed in one step: the mark is stored before a directory moves, and goes with
 * the record that is right afterwards.
 */
final class UnfinishedVolumes {

    private static final String ARRIVING = "Arriving";
    private static final String RENAMED = "RenamedTo";
    private static final String REMOVED = "Removed";

    private UnfinishedVolumes() {}

    /** The record of a volume whose directory is about to take its place, whole. */
    static JsonObject arriving(StoredVolume volume) {
        return volume.json().copy().with(ARRIVING, true);
    }

    /** The record of a volume whose directory is about to be renamed. */
    static JsonObject renamed(StoredVolume volume, String newName) {
        return volume.json().copy().with(RENAMED, newName);
    }

    /** The record of a volume whose directory is about to be moved away, to be removed. */
    static JsonObject removed(StoredVolume volume) {
        return volume.json().copy().with(REMOVED, true);
    }

    /**
     * Finishes arrivals whose directory is in its place, forgets the others, and undoes renames.
     * Forgets volumes whose directory was moved away to be removed; the others stay.
     */
    static void settle(Bucket bucket, VolumePlaces places) throws IOException {
        for (var entry : bucket.entries().entrySet()) {
            String name = entry.getKey();
            JsonObject json = entry.getValue();
            if ((json.flag(ARRIVING) || json.flag(REMOVED)) && !places.exists(name)) {
                bucket.remove(name);
                continue;
            }
            String newName = json.string(RENAMED);
            if (!newName.isEmpty() && places.exists(newName) && !places.exists(name)) {
                places.rename(newName, name);
            }
            if (json.has(ARRIVING) || json.has(RENAMED) || json.has(REMOVED)) {
                JsonObject settled = json.copy();
                settled.remove(ARRIVING);
                settled.remove(RENAMED);
                settled.remove(REMOVED);
                bucket.put(name, settled);
            }
        }
    }
}
