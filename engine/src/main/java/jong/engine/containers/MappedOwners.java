package jong.engine.containers;

import java.io.IOException;
import java.util.OptionalLong;
import jong.api.IdMap;
import jong.linux.files.Stat;
import jong.manager.snapshots.TreeCopy;

/**
 * Whose the files of an image are in a volume, so that the container sees them through the volume's
 * map as they are in the image.
 *
 * @param map of the mount; may map nothing
 */
record MappedOwners(IdMap map) implements TreeCopy.Owners {

    @Override
    public Stat ofCopy(Stat original) throws IOException {
        if (map.isNone()) {
            return original;
        }
        OptionalLong uid = map.fileUid(Integer.toUnsignedLong(original.uid()));
        OptionalLong gid = map.fileGid(Integer.toUnsignedLong(original.gid()));
        if (uid.isEmpty() || gid.isEmpty()) {
            throw new IOException(
                    "the image's file of owner %s:%s has none in the volume: no range of idmap %s"
                            .formatted(
                                    Integer.toUnsignedString(original.uid()),
                                    Integer.toUnsignedString(original.gid()),
                                    map));
        }
        return original.withOwner((int) uid.getAsLong(), (int) gid.getAsLong());
    }
}
