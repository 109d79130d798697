package jong.manager.erofs;

import java.nio.ByteBuffer;

/**
 * Data that lies in one piece in the archive.
 *
 * @param offset where it begins, a multiple of 512; -1 if it is empty
 */
record ArchivePart(long offset) implements FileData {

    /** The data of files without any, of all images. */
    static final FileData EMPTY = new ArchivePart(-1);

    @Override
    public int layout() {
        return FLAT_PLAIN;
    }

    @Override
    public int address(int archive) {
        return offset < 0 ? 0 : (int) (archive + (offset >>> BlockSize.TAR.bits()));
    }

    @Override
    public int mapLength(int end) {
        return 0;
    }

    @Override
    public void writeMap(ByteBuffer target, int archive) {}
}
