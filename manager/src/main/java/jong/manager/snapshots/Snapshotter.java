package jong.manager.snapshots;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.wire.status.StatusException;

/**
 * Makes file systems out of layers (containerd's snapshotter).
 *
 * <p>A snapshot is a directory tree that differs from its parent by what was written into it. It is
 * born <em>active</em> ({@link #prepare}: writable) or as a <em>view</em> ({@link #view}:
 * read-only), both named by a <em>key</em>. An active one may be <em>committed</em>: it then has a
 * <em>name</em>, never changes again, and may be the parent of others. Keys and names share one
 * space and are free texts of the caller's; parents are always names. Only {@link #remove} ends a
 * snapshot's life, and it refuses while another stands on it.
 *
 * <p>The snapshotter mounts nothing. It says what to mount, and whoever needs the tree does so in
 * the mount namespace of its choice; {@link MountedSnapshot} does it for a short time on the host.
 *
 * <p>Importing two layers and running a container:
 *
 * <pre>{@code
 * snapshotter.prepare("extract-1", "");        // unpack the first layer into its mounts, then
 * snapshotter.commit(chainId1, "extract-1");
 * snapshotter.prepare("extract-2", chainId1);  // unpack the second layer on top
 * snapshotter.commit(chainId2, "extract-2");
 * List<Mount> rootfs = snapshotter.prepare(containerId, chainId2);
 * // … run …
 * snapshotter.remove(containerId);             // once nothing is mounted
 * }</pre>
 *
 * <p>Layers that are unpacked at the same time are prepared without a parent and get it at the end,
 * by {@link #commitOnto}.
 *
 * <p>A change is durable when its method returns, but for what is in the files: that survives the
 * process, and the machine once somebody has synced it. The death of the process in the middle
 * leaves either the state before or that after, and at most files that the next start removes. All
 * methods may be called by several threads at once.
 */
public interface Snapshotter {

    /**
     * Makes an active snapshot.
     *
     * @param key its key, not empty
     * @param parent the name of a committed snapshot, or {@code ""} to start empty
     * @return what to mount, as by {@link #mounts}
     * @throws StatusException.NotFound if there is no such parent
     * @throws StatusException.InvalidArgument if the parent is not committed
     * @throws StatusException.AlreadyExists if the key is taken
     */
    List<Mount> prepare(String key, String parent) throws IOException;

    /** Like {@link #prepare}, read-only. */
    List<Mount> view(String key, String parent) throws IOException;

    /**
     * What to mount, in order, all on the same place, to see an active snapshot or a view. The
     * answer stays the same during its life.
     *
     * @throws StatusException.NotFound if there is no such key
     * @throws StatusException.InvalidArgument if the snapshot is committed
     */
    List<Mount> mounts(String key) throws IOException;

    /**
     * Turns an active snapshot into a committed one; its key is free again.
     *
     * @throws StatusException.NotFound if there is no such key
     * @throws StatusException.InvalidArgument if the snapshot is not active
     * @throws StatusException.AlreadyExists if the name is taken
     */
    void commit(String name, String key) throws IOException;

    /**
     * Commits an active snapshot that was prepared without a parent on top of {@code parent}: for
     * layers that were unpacked at the same time.
     *
     * @throws StatusException.InvalidArgument if the snapshot has a parent already, or as by {@link
     *     #commit} and {@link #prepare}
     */
    void commitOnto(String parent, String name, String key) throws IOException;

    /**
     * Removes a snapshot of any kind with all that was written into it. It must not be mounted.
     *
     * @throws StatusException.NotFound if there is none
     * @throws StatusException.Conflict if another snapshot stands on it
     */
    void remove(String key) throws IOException;

    /**
     * Limits what can be written to an active snapshot, before anything is.
     *
     * @param bytes more than 0
     * @throws StatusException.InvalidArgument if the file system cannot, in docker's words
     */
    void limit(String key, long bytes) throws IOException;

    /** What is known about a key or name. */
    Optional<SnapshotInfo> stat(String key);

    /**
     * What a snapshot itself occupies; of an active one as of now.
     *
     * @throws StatusException.NotFound if there is none
     */
    Usage usage(String key) throws IOException;

    /** All snapshots, ordered by name. */
    List<SnapshotInfo> walk();

    /**
     * Where the files of a snapshot are, in the words of docker's {@code GraphDriver.Data} ({@code
     * LowerDir}, {@code MergedDir}, {@code UpperDir}, {@code WorkDir}); empty if the snapshotter
     * tells none.
     *
     * @throws StatusException.NotFound if there is no such snapshot
     */
    Map<String, String> places(String key);

    /** What docker calls the way in which it works: its storage driver, as {@code overlay2}. */
    StorageDriver driver();

    /** What {@code docker info} tells of the driver, in that order. */
    Map<String, String> status() throws IOException;
}
