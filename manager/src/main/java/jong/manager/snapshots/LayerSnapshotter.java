package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.manager.unpack.ArchiveSource;
import jong.manager.unpack.LayerUnpacker.Unpacked;
import jong.manager.unpack.UnpackLimits;
import jong.wire.status.StatusException;

/**
 * A snapshotter that makes snapshots of layers' archives, each in its own way, and that can tell
 * whether its files are all there, and be mended.
 *
 * <pre>{@code
 * Unpacked layer = snapshotter.unpack("extract-2", archive, false, UnpackLimits.NONE);
 * // compare layer.diffId() with what was announced; wait for the layer below; then
 * snapshotter.inherit("extract-2", layer, chainId1);
 * snapshotter.commitOnto(chainId1, chainId2, "extract-2");
 * }</pre>
 */
public interface LayerSnapshotter extends Snapshotter {

    /**
     * Makes an active snapshot without a parent of a layer's archive, plain or compressed. If it
     * fails, what was made stays for the caller to {@link #remove}. Not for writing into: commit it
     * or remove it.
     *
     * @param key its key, not empty
     * @param archive is read to its end, once or twice
     * @param bottom whether nothing will lie below, so that whiteouts have nothing to hide
     * @throws StatusException.AlreadyExists if the key is taken
     */
    Unpacked unpack(String key, ArchiveSource archive, boolean bottom, UnpackLimits limits)
            throws IOException;

    /**
     * Adds to an unpacked layer what comes from those below it; once, before it is committed. To
     * commit it on that parent then is a change of records alone, fit for a transaction of the
     * metadata.
     *
     * @param layer as {@link #unpack} told
     * @param parent the name of what it is going to stand on, or {@code ""}
     * @throws IOException also if it links to a file that no layer below has
     */
    void inherit(String key, Unpacked layer, String parent) throws IOException;

    /**
     * Whether the files of a snapshot are where they should be. What is in them is not looked at.
     *
     * @throws StatusException.NotFound if there is no such snapshot
     */
    boolean isIntact(String key);

    /**
     * In what the files of a committed snapshot differ from those of an unpacked layer that has
     * inherited from the same parent: the first difference, as a phrase about the committed one.
     *
     * @throws StatusException.NotFound if one of them does not exist
     */
    Optional<String> difference(String name, String key) throws IOException;

    /**
     * Gives a committed snapshot the files of an unpacked layer that has inherited from the same
     * parent, whose key is free then; its name, its parent and those that stand on it stay. Who has
     * the old files mounted sees them vanish.
     *
     * @throws StatusException.NotFound if one of them does not exist
     * @throws StatusException.InvalidArgument if they are not committed and active
     */
    void replace(String name, String key) throws IOException;

    /** Returns once the files of all snapshots are on disk. Takes as long as the disk does. */
    void sync() throws IOException;

    /**
     * Lets go of what the host keeps of layers beyond the process's life, but of those that the
     * given snapshots stand on. It comes back when it is needed.
     *
     * @param used snapshots that are mounted somewhere
     */
    void unmountUnused(Set<String> used) throws IOException;

    /** What lies among the snapshots' files and belongs to none, nor to one on its way. */
    List<Path> strays() throws IOException;

    /** Removes one of the {@link #strays}. */
    void removeStray(Path stray) throws IOException;
}
