package jong.manager.unpack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jong.linux.files.Directory;
import jong.oci.Digest;

/**
 * Unpacks a layer into the directory of a snapshot (OCI image-spec, layer.md).
 *
 * <p>A layer is unpacked without knowledge of those below it, so that several can be at the same
 * time: what it removes becomes overlayfs's whiteouts and opaque directories. Only the attributes
 * of directories that the archive does not mention come from below; {@link #inherit} adds them once
 * the layers below are there.
 */
public final class LayerUnpacker {

    private static final int READ_BUFFER = 64 * 1024;

    private LayerUnpacker() {}

    /**
     * What came out of a layer.
     *
     * @param diffId digest of the uncompressed archive
     * @param archiveSize bytes of the uncompressed archive
     * @param size bytes of all files
     * @param implicitDirectories directories that the archive does not mention, {@code ""} for the
     *     root, parents first
     * @param lowerLinks hard links to files of layers below: where they will be, and to what
     */
    public record Unpacked(
            Digest diffId,
            long archiveSize,
            long size,
            Set<String> implicitDirectories,
            Map<String, String> lowerLinks) {

        /** Copies set and map in their order. */
        public Unpacked {
            implicitDirectories =
                    Collections.unmodifiableSet(new LinkedHashSet<>(implicitDirectories));
            lowerLinks = Collections.unmodifiableMap(new LinkedHashMap<>(lowerLinks));
        }
    }

    /**
     * Unpacks an archive that is plain or compressed with gzip or zstd. If it fails, what was
     * written stays for the caller to remove.
     *
     * @param archive is read to its end and left open
     * @param directory an empty directory
     * @param bottom whether nothing lies below, so that whiteouts have nothing to hide
     */
    public static Unpacked unpack(InputStream archive, Path directory, boolean bottom)
            throws IOException {
        return unpack(archive, directory, bottom, UnpackLimits.NONE);
    }

    /** As {@link #unpack(InputStream, Path, boolean)}, if the layer is not too large. */
    public static Unpacked unpack(
            InputStream archive, Path directory, boolean bottom, UnpackLimits limits)
            throws IOException {
        try (var plain = PlainArchive.of(archive, limits);
                var root = Directory.open(directory);
                var writer = new LayerWriter(root)) {
            var stream = new BufferedInputStream(plain.stream(), READ_BUFFER);
            long size = LayerEntries.apply(stream, writer, bottom);
            writer.finish();
            if (bottom && !writer.lowerLinks().isEmpty()) {
                var link = writer.lowerLinks().entrySet().iterator().next();
                throw LowerLinks.missing(link.getKey(), link.getValue());
            }
            return new Unpacked(
                    plain.diffId(),
                    plain.count(),
                    size,
                    writer.implicitDirectories(),
                    writer.lowerLinks());
        }
    }

    /**
     * Adds to an unpacked layer what comes from those below it: the attributes of directories that
     * the archive does not mention, and files that it only links to.
     *
     * @param directory where the layer was unpacked
     * @param unpacked as {@link #unpack} told
     * @param lowers the directories of the layers below, topmost first
     * @throws IOException also if a link's file is in no layer
     */
    public static void inherit(Path directory, Unpacked unpacked, List<Path> lowers)
            throws IOException {
        boolean nothing =
                unpacked.lowerLinks().isEmpty()
                        && (lowers.isEmpty() || unpacked.implicitDirectories().isEmpty());
        if (nothing) {
            return;
        }
        Set<String> directories = new LinkedHashSet<>(unpacked.implicitDirectories());
        try (var inheritance = new Inheritance(directory, lowers)) {
            directories.addAll(inheritance.link(unpacked.lowerLinks()));
            for (String path : directories) {
                inheritance.apply(path);
            }
        }
    }
}
