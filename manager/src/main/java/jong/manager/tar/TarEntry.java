package jong.manager.tar;

import java.util.List;
import java.util.Map;

/**
 * The header of a file in a tar archive.
 *
 * <p>Names are as they stand in the archive: nothing is known about where they lead. Bytes that are
 * not UTF-8 are kept as {@link jong.linux.files.FileName} does.
 *
 * @param name the file's name
 * @param type the kind of file
 * @param permissions permission bits with set-id and sticky bits
 * @param uid owner, at least 0
 * @param gid group, at least 0
 * @param size length of a regular file in bytes, holes included; 0 for others
 * @param modifiedNanos when it changed, in nanoseconds since the epoch
 * @param linkName what a symlink says, or the name of the file that a hard link links to
 * @param deviceMajor of a device
 * @param deviceMinor of a device
 * @param attributes extended attributes
 * @param chunks where the stored data goes if the file is sparse; empty if it is not
 */
public record TarEntry(
        String name,
        Type type,
        int permissions,
        long uid,
        long gid,
        long size,
        long modifiedNanos,
        String linkName,
        int deviceMajor,
        int deviceMinor,
        Map<String, byte[]> attributes,
        List<Chunk> chunks) {

    /** The kinds of file. */
    public enum Type {
        /** A regular file. */
        FILE,
        /** One more name of a file that came before. */
        HARD_LINK,
        /** A symbolic link. */
        SYMLINK,
        /** A character device. */
        CHARACTER_DEVICE,
        /** A block device. */
        BLOCK_DEVICE,
        /** A directory. */
        DIRECTORY,
        /** A named pipe. */
        FIFO
    }

    /**
     * A part of a sparse file that has data.
     *
     * @param offset where in the file, in bytes
     * @param length how many bytes
     */
    public record Chunk(long offset, long length) {}

    /** A regular file of root with mode 0644, as {@link TarWriter} takes it. */
    public static TarEntry file(String name, long size, long modifiedNanos) {
        return of(name, Type.FILE, 0644, size, modifiedNanos);
    }

    /** A directory of root with mode 0755. */
    public static TarEntry directory(String name, long modifiedNanos) {
        return of(name, Type.DIRECTORY, 0755, 0, modifiedNanos);
    }

    /** This entry with other permissions. */
    public TarEntry withPermissions(int newPermissions) {
        return new TarEntry(
                name,
                type,
                newPermissions,
                uid,
                gid,
                size,
                modifiedNanos,
                linkName,
                deviceMajor,
                deviceMinor,
                attributes,
                chunks);
    }

    private static TarEntry of(
            String name, Type type, int permissions, long size, long modifiedNanos) {
        return new TarEntry(
                name, type, permissions, 0, 0, size, modifiedNanos, "", 0, 0, Map.of(), List.of());
    }
}
