package jong.manager.erofs;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jong.manager.unpack.CountedInputStream;
import jong.manager.unpack.LayerEntries;
import jong.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * The files of a layer, read from its archive, to be written as an EROFS image that needs no copy
 * of their data: mounted with the archive as its device, it shows the files that {@link
 * jong.manager.unpack.LayerUnpacker} would have made.
 *
 * <pre>{@code
 * LayerTree tree = LayerTree.read(tee, bottom); // the tee writes layer.tar and hashes it
 * for (String path : tree.implicitDirectories()) {
 *     tree.inherit(path, attributesOfTheDirectoryBelow);
 * }
 * tree.write(layer.resolve("layer.erofs"), diffId);
 * // mount -t erofs -o ro,device=layer.tar layer.erofs
 * }</pre>
 *
 * <p>Memory is limited whatever the archive says. Used by one thread.
 */
public final class LayerTree {

    private static final int READ_BUFFER = 64 * 1024;

    private final TreeBuilder builder;
    private final long archiveSize;
    private final long size;

    private LayerTree(TreeBuilder builder, long archiveSize, long size) {
        this.builder = builder;
        this.archiveSize = archiveSize;
        this.size = size;
    }

    /**
     * What a directory that the archive does not mention looks like: as in the layer below.
     *
     * @param uid owner
     * @param gid group
     * @param permissions permission bits with set-id and sticky bits
     * @param modifiedNanos when it changed, in nanoseconds since the epoch
     * @param attributes extended attributes; overlayfs's own are left out
     */
    public record Inherited(
            int uid, int gid, int permissions, long modifiedNanos, Map<String, byte[]> attributes) {

        /** Copies the map in its order. */
        public Inherited {
            attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        }
    }

    /**
     * Reads a layer without compression.
     *
     * @param archive is read to its end and left open
     * @param bottom whether nothing lies below, so that whiteouts have nothing to hide
     * @throws UnmountableLayerException if the layer must be unpacked; the rest of the archive is
     *     not read then
     * @throws IOException also if unpacking would fail
     */
    public static LayerTree read(InputStream archive, boolean bottom) throws IOException {
        var builder = new TreeBuilder(new MemoryBudget(MemoryBudget.MAX_BYTES));
        var counted = new CountedInputStream(archive, _ -> {});
        long size =
                LayerEntries.apply(new BufferedInputStream(counted, READ_BUFFER), builder, bottom);
        if (bottom && !builder.lowerLinks().isEmpty()) {
            Map.Entry<String, String> link = builder.lowerLinks().entrySet().iterator().next();
            throw new IOException(
                    "cannot link %s to %s, which is not in the layer"
                            .formatted(link.getKey(), link.getValue()));
        }
        return new LayerTree(builder, counted.count(), size);
    }

    /** Bytes of the archive. */
    public long archiveSize() {
        return archiveSize;
    }

    /** Bytes of all files, as {@link jong.manager.unpack.LayerUnpacker} counts them. */
    public long size() {
        return size;
    }

    /**
     * Hard links to files that only a layer below can have: where they are, and to what. Such a
     * layer must be unpacked, because the data of these files is not in its archive. None if this
     * is the bottom layer.
     */
    public Map<String, String> lowerLinks() {
        return Collections.unmodifiableMap(new TreeMap<>(builder.lowerLinks()));
    }

    /**
     * Directories that have contents but no entry of their own, parents first; {@code ""} is the
     * root. Until {@link #inherit} tells otherwise, they are root's, with mode 0755.
     */
    public Set<String> implicitDirectories() {
        Set<String> found = new LinkedHashSet<>();
        Deque<Map.Entry<String, DirectoryInode>> left = new ArrayDeque<>();
        left.add(Map.entry("", builder.root()));
        while (!left.isEmpty()) {
            Map.Entry<String, DirectoryInode> next = left.remove();
            if (next.getValue().isImplicit()) {
                found.add(next.getKey());
            }
            String prefix = next.getKey().isEmpty() ? "" : next.getKey() + "/";
            for (Map.Entry<String, Inode> child : next.getValue().entries()) {
                if (child.getValue() instanceof DirectoryInode directory) {
                    left.add(Map.entry(prefix + child.getKey(), directory));
                }
            }
        }
        return found;
    }

    /** Makes one of the {@link #implicitDirectories} look like the one below. */
    public void inherit(String path, Inherited below) throws IOException {
        DirectoryInode directory = directory(path);
        directory.own(below.uid(), below.gid(), below.permissions());
        for (Map.Entry<String, byte[]> attribute : below.attributes().entrySet()) {
            directory.setAttribute(attribute.getKey(), attribute.getValue());
        }
        directory.modified(below.modifiedNanos());
    }

    /**
     * Writes the image. Equal archives give equal bytes. Nothing is synced to the disk.
     *
     * @param image is made, and must not be there
     * @param diffId digest of the archive, which the image notes
     */
    public void write(Path image, Digest diffId) throws IOException {
        if (!builder.lowerLinks().isEmpty()) {
            throw new UnmountableLayerException("it links to files of layers below");
        }
        try (var channel =
                FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            new ImageWriter(channel, ImageLayout.of(builder.root()), archiveSize).write(diffId);
        }
    }

    private DirectoryInode directory(String path) {
        @Nullable Inode at = builder.root();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && at instanceof DirectoryInode directory) {
                at = directory.get(part);
            }
        }
        if (at instanceof DirectoryInode directory && directory.isImplicit()) {
            return directory;
        }
        throw new IllegalStateException("not an implicit directory: " + path);
    }
}
