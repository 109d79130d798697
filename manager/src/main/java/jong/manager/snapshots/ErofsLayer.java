package jong.manager.snapshots;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import jong.manager.erofs.LayerTree;
import jong.manager.erofs.UnmountableLayerException;
import jong.manager.unpack.LowerLayers;
import jong.oci.Digest;

/**
 * A layer in a snapshot's directory that is mounted and not unpacked.
 *
 * @param own the snapshot's directory
 */
record ErofsLayer(Path own) {

    /** The archive, byte for byte, without its compression. */
    Path archive() {
        return own.resolve("layer.tar");
    }

    /** Names and attributes, as an EROFS image whose data are in the archive. */
    Path image() {
        return own.resolve("layer.erofs");
    }

    /** Whether it is one, and no directory of files. */
    boolean exists() {
        return Files.exists(image(), LinkOption.NOFOLLOW_LINKS)
                || Files.exists(archive(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether all of it is there. */
    boolean isIntact() {
        return Files.isRegularFile(image(), LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(archive(), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Stores the archive and reads what is in it.
     *
     * @param plain is read to its end
     * @return empty if only unpacking will do
     */
    Optional<LayerTree> store(InputStream plain, boolean bottom) throws IOException {
        try (OutputStream file = Files.newOutputStream(archive(), StandardOpenOption.CREATE_NEW)) {
            var tee = new Tee(plain, file);
            try {
                LayerTree tree = LayerTree.read(tee, bottom);
                return tree.lowerLinks().isEmpty() ? Optional.of(tree) : Optional.empty();
            } catch (UnmountableLayerException _) {
                tee.transferTo(OutputStream.nullOutputStream());
                return Optional.empty();
            }
        }
    }

    /**
     * Writes the image, with what directories have from those below.
     *
     * @throws UnmountableLayerException if only unpacking will do
     */
    void finish(LayerTree tree, LowerLayers lowers, Digest diffId) throws IOException {
        tree.inherit(lowers);
        tree.write(image(), diffId);
    }

    /** Removes it, so that the snapshot is a directory of files. */
    void delete() throws IOException {
        Files.deleteIfExists(archive());
        Files.deleteIfExists(image());
    }

    /** Whether both have the same bytes. */
    boolean isSameAs(ErofsLayer other) throws IOException {
        return Files.mismatch(archive(), other.archive()) < 0
                && Files.mismatch(image(), other.image()) < 0;
    }

    /** Writes what is read. */
    private static final class Tee extends FilterInputStream {

        private final OutputStream copy;

        Tee(InputStream in, OutputStream copy) {
            super(in);
            this.copy = copy;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int start, int length) throws IOException {
            int count = super.read(target, start, length);
            if (count > 0) {
                copy.write(target, start, count);
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            return readNBytes((int) Math.min(count, 1 << 16)).length;
        }
    }
}
