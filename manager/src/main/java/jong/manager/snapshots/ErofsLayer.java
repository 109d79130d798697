package jong.manager.snapshots;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
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

    /** The whole layer as an EROFS image, compressed. */
    Path compressed() {
        return own.resolve("compressed.erofs");
    }

    /** Of a layer that is not compressed, the archive, byte for byte. */
    Path archive() {
        return own.resolve("layer.tar");
    }

    /** With it, names and attributes, as an EROFS image whose data are in the archive. */
    Path index() {
        return own.resolve("layer.erofs");
    }

    /** A compressed image that is being written. */
    private Path begun() {
        return own.resolve("compressed.new");
    }

    /** Whether it is one, and no directory of files. */
    boolean exists() {
        return !files().isEmpty();
    }

    /** Whether all of it is there. */
    boolean isIntact() {
        return isFile(compressed()) || (isFile(index()) && isFile(archive()));
    }

    /** The files that it is made of, as far as they are there. */
    List<Path> files() {
        return Stream.of(compressed(), archive(), index())
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** What is mounted. */
    Path image() {
        return isFile(compressed()) ? compressed() : index();
    }

    /** The mount's options. */
    String options() {
        return isFile(compressed()) ? "" : "device=" + archive();
    }

    /**
     * Stores the data of an archive and reads what else is in it.
     *
     * @param plain is read to its end
     * @throws UnmountableLayerException if only unpacking will do
     */
    LayerTree store(InputStream plain, boolean bottom, LayerCompression compression)
            throws IOException {
        LayerTree tree =
                switch (compression) {
                    case LZ4 -> LayerTree.compress(plain, bottom, begun());
                    case NONE -> storeArchive(plain, bottom);
                };
        return tree.requireMountable();
    }

    private LayerTree storeArchive(InputStream plain, boolean bottom) throws IOException {
        try (OutputStream file = Files.newOutputStream(archive(), StandardOpenOption.CREATE_NEW)) {
            return LayerTree.read(new Tee(plain, file), bottom);
        }
    }

    /**
     * Writes the image, with what directories have from those below.
     *
     * @throws UnmountableLayerException if only unpacking will do
     */
    void finish(LayerTree tree, LowerLayers lowers, Digest diffId) throws IOException {
        tree.inherit(lowers);
        finish(tree, diffId);
    }

    /** Writes the image. */
    void finish(LayerTree tree, Digest diffId) throws IOException {
        if (isFile(begun())) {
            tree.write(begun(), diffId);
            Files.move(begun(), compressed(), StandardCopyOption.ATOMIC_MOVE);
        } else {
            tree.write(index(), diffId);
        }
    }

    /** Removes it, so that the snapshot is a directory of files. */
    void delete() throws IOException {
        for (Path file : List.of(begun(), compressed(), archive(), index())) {
            Files.deleteIfExists(file);
        }
    }

    /** Whether both have the same bytes. */
    boolean isSameAs(ErofsLayer other) throws IOException {
        if (!names().equals(other.names())) {
            return false;
        }
        for (Path file : files()) {
            if (Files.mismatch(file, other.own.resolve(file.getFileName())) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether equal layers have equal bytes: not if other compressors made them. */
    boolean isMadeAs(ErofsLayer other) throws IOException {
        return exists()
                && names().equals(other.names())
                && LayerTree.maker(image()).equals(LayerTree.maker(other.image()));
    }

    private List<Path> names() {
        return files().stream().map(Path::getFileName).toList();
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
