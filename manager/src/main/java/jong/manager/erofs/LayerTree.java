package jong.manager.erofs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import jong.linux.files.Fd;
import jong.linux.files.Stat;
import jong.manager.unpack.CountedInputStream;
import jong.manager.unpack.LayerEntries;
import jong.manager.unpack.LowerLayers;
import jong.oci.Digest;

/**
 * The files of a layer, read from its archive, to be written as an EROFS image that needs no copy
 * of their data: mounted with the archive as its device, it shows the files that {@link
 * jong.manager.unpack.LayerUnpacker} would have made.
 *
 * <pre>{@code
 * LayerTree tree = LayerTree.read(tee, bottom); // the tee writes layer.tar and hashes it
 * try (LowerLayers lowers = LowerLayers.open(directoriesBelow)) {
 *     tree.inherit(lowers);
 * }
 * tree.write(layer.resolve("layer.erofs"), diffId);
 * // mount -t erofs -o ro,device=layer.tar layer.erofs
 * }</pre>
 *
 * <p>Memory is limited whatever the archives say, for all layers together that await {@link
 * #write}. Used by one thread.
 */
public final class LayerTree {

    private static final int READ_BUFFER = 64 * 1024;

    private final TreeBuilder builder;
    private final Map<String, DirectoryInode> implicit;
    private final LayerData data;
    private final long archiveSize;
    private final long size;

    private LayerTree(TreeBuilder builder, LayerData data, long archiveSize, long size)
            throws UnmountableLayerException {
        this.builder = builder;
        this.implicit = ImplicitDirectories.of(builder.root());
        this.data = data;
        this.archiveSize = archiveSize;
        this.size = size;
    }

    /**
     * Reads a layer whose archive will be the image's device.
     *
     * @param archive without compression; is read to its end and left open
     * @param bottom whether nothing lies below, so that whiteouts have nothing to hide
     * @throws UnmountableLayerException if the layer must be unpacked; the rest of the archive is
     *     not read then
     * @throws IOException also if unpacking would fail
     */
    public static LayerTree read(InputStream archive, boolean bottom) throws IOException {
        var budget = MemoryBudget.shared();
        var builder = new TreeBuilder(budget, new ArchiveData(budget));
        return read(archive, bottom, builder, length -> new LayerData.InArchive(length));
    }

    /**
     * Reads a layer and begins its image: with the data of all files, compressed. {@link #write}
     * goes on with it.
     *
     * @param archive without compression; is read to its end and left open
     * @param bottom whether nothing lies below, so that whiteouts have nothing to hide
     * @param image is made, and must not be there; after a failure it is incomplete
     * @throws UnmountableLayerException if the layer must be unpacked; the rest of the archive is
     *     not read then
     * @throws IOException also if unpacking would fail
     */
    public static LayerTree compress(InputStream archive, boolean bottom, Path image)
            throws IOException {
        var budget = MemoryBudget.shared();
        try (var data = new CompressedData(image, budget)) {
            return read(archive, bottom, new TreeBuilder(budget, data), _ -> data.end());
        }
    }

    /** Tells where the data is, when the archive has been read, whose length it gets. */
    private interface DataEnd {
        LayerData of(long length) throws IOException;
    }

    private static LayerTree read(
            InputStream archive, boolean bottom, TreeBuilder builder, DataEnd end)
            throws IOException {
        boolean mountable = false;
        try {
            LayerTree tree = apply(archive, bottom, builder, end);
            mountable = builder.lowerLinks().isEmpty();
            return tree;
        } finally {
            if (!mountable) {
                builder.release(); // Nobody is going to write it.
            }
        }
    }

    private static LayerTree apply(
            InputStream archive, boolean bottom, TreeBuilder builder, DataEnd end)
            throws IOException {
        var counted = new CountedInputStream(archive, _ -> {});
        long size =
                LayerEntries.apply(new BufferedInputStream(counted, READ_BUFFER), builder, bottom);
        if (bottom && !builder.lowerLinks().isEmpty()) {
            Map.Entry<String, String> link = builder.lowerLinks().entrySet().iterator().next();
            throw new IOException(
                    "cannot link %s to %s, which is not in the layer"
                            .formatted(link.getKey(), link.getValue()));
        }
        LayerData data = end.of(counted.count());
        return new LayerTree(builder, data, counted.count(), size);
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
     * This layer, if an image can have all of it.
     *
     * @throws UnmountableLayerException if it must be unpacked: it has {@link #lowerLinks}
     */
    public LayerTree requireMountable() throws UnmountableLayerException {
        if (!builder.lowerLinks().isEmpty()) {
            throw new UnmountableLayerException("it links to files of layers below");
        }
        return this;
    }

    /**
     * Directories that have contents but no entry of their own, parents first; {@code ""} is the
     * root. Until {@link #inherit} tells otherwise, they are root's, with mode 0755.
     */
    public Set<String> implicitDirectories() {
        return Collections.unmodifiableSet(implicit.keySet());
    }

    /** Makes all {@link #implicitDirectories} look as they do in the layers below. */
    public void inherit(LowerLayers lowers) throws IOException {
        for (Map.Entry<String, DirectoryInode> directory : implicit.entrySet()) {
            Optional<Fd> below = lowers.directory(directory.getKey());
            if (below.isPresent()) {
                try (Fd source = below.get()) {
                    copy(source, directory.getValue());
                }
            }
        }
    }

    /**
     * Writes the image, as the last that is done with this. Equal archives give equal bytes;
     * compressed, as long as the {@linkplain jong.linux.codecs.Lz4Compressor compressor} is the
     * same. Nothing is synced to the disk.
     *
     * @param image is made, and must not be there, unless {@link #compress} has begun it
     * @param diffId digest of the archive, which the image notes
     */
    public void write(Path image, Digest diffId) throws IOException {
        requireMountable();
        Set<OpenOption> options =
                switch (data) {
                    case LayerData.InArchive _ ->
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    case LayerData.InImage _ -> Set.of(StandardOpenOption.WRITE);
                };
        try (var channel = FileChannel.open(image, options)) {
            new ImageWriter(channel, ImageLayout.of(builder.root(), data)).write(diffId);
        } finally {
            builder.release();
        }
    }

    /**
     * What decides, besides the layer, on the bytes of an image that {@link #write} has written:
     * the same words stand for the same decisions.
     */
    public static String maker(Path image) throws IOException {
        try (var in = Files.newInputStream(image)) {
            in.skipNBytes(Superblock.OFFSET + Superblock.MAKER_AT);
            return new String(in.readNBytes(Superblock.MAKER_BYTES), ISO_8859_1);
        }
    }

    private static void copy(Fd source, DirectoryInode target) throws IOException {
        Stat stat = source.stat();
        target.own(stat.uid(), stat.gid(), stat.permissions());
        for (String name : source.attributes().names()) {
            Optional<byte[]> value = source.attributes().get(name);
            if (value.isPresent()) {
                target.setAttribute(name, value.get());
            }
        }
        target.modified(stat.modificationTimeNanos());
    }
}
