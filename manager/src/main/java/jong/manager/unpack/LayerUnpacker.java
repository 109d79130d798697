package jong.manager.unpack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.List;
import java.util.Set;
import jong.linux.files.Directory;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;
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

    private static final String WHITEOUT = ".wh.";
    private static final String META = ".wh..wh.";
    private static final String OPAQUE = ".wh..wh..opq";
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
     */
    public record Unpacked(
            Digest diffId, long archiveSize, long size, Set<String> implicitDirectories) {

        /** Copies the set in its order. */
        public Unpacked {
            implicitDirectories =
                    java.util.Collections.unmodifiableSet(
                            new java.util.LinkedHashSet<>(implicitDirectories));
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
        var hash = Digest.newSha256();
        InputStream decompressed = Compression.decompressed(new Unclosed(archive));
        // The other thread hashes too: writing the files takes longer than inflating them.
        try (var ahead = new ReadAhead(new DigestInputStream(decompressed, hash));
                var plain = new CountedInputStream(ahead, _ -> {});
                var root = Directory.open(directory);
                var writer = new LayerWriter(root)) {
            long size = writeAll(new BufferedInputStream(plain, READ_BUFFER), writer, bottom);
            writer.finish();
            return new Unpacked(
                    Digest.ofSha256(hash.digest()),
                    plain.count(),
                    size,
                    writer.implicitDirectories());
        }
    }

    /**
     * Gives directories the attributes that they have in the layers below.
     *
     * @param directory where the layer was unpacked
     * @param implicitDirectories as {@link #unpack} told
     * @param lowers the directories of the layers below, topmost first
     */
    public static void inherit(Path directory, Set<String> implicitDirectories, List<Path> lowers)
            throws IOException {
        if (!lowers.isEmpty() && !implicitDirectories.isEmpty()) {
            try (var inheritance = new Inheritance(directory, lowers)) {
                for (String path : implicitDirectories) {
                    inheritance.apply(path);
                }
            }
        }
    }

    private static long writeAll(InputStream plain, LayerWriter writer, boolean bottom)
            throws IOException {
        var tar = new TarReader(plain);
        long size = 0;
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            EntryPath path = EntryPath.of(entry.name());
            if (path.name().startsWith(WHITEOUT) || path.toString().contains(META)) {
                remove(path, writer, bottom);
            } else {
                writer.write(path, entry, tar.content());
                size += entry.size();
            }
        }
        // What follows the archive's end is part of the layer's digest too.
        plain.transferTo(java.io.OutputStream.nullOutputStream());
        return size;
    }

    private static void remove(EntryPath path, LayerWriter writer, boolean bottom)
            throws IOException {
        boolean opaque = path.name().equals(OPAQUE);
        if (!opaque && path.toString().contains(META)) {
            return; // Files of aufs's own, in old layers.
        }
        String hidden = path.name().substring(WHITEOUT.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw new IOException("invalid whiteout \"" + path + "\" in layer");
        }
        if (bottom) {
            return;
        }
        if (opaque) {
            writer.hideContent(path.parent());
        } else {
            writer.hide(new EntryPath(path.parent(), hidden));
        }
    }

    /** Keeps the caller's stream open when the decompressor closes. */
    private static final class Unclosed extends java.io.FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }
}
