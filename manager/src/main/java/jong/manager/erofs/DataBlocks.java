package jong.manager.erofs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes the blocks of an image that hold files' data: from the second block on, in the order in
 * which they come. The first is the superblock's.
 */
final class DataBlocks implements AutoCloseable {

    static final BlockSize SIZE = BlockSize.PAGE;

    private static final int BUFFER_BYTES = 256 * 1024;

    /** Block addresses have 32 bits, and the last means "none". */
    private static final long MAX_BLOCKS = 0xffff_ffffL;

    private final OutputStream out;
    private final byte[] zeros = new byte[SIZE.bytes()];
    private long next;

    private DataBlocks(OutputStream out) {
        this.out = out;
    }

    /** Begins an image, which must not be there. */
    static DataBlocks create(Path image) throws IOException {
        OutputStream file = Files.newOutputStream(image, StandardOpenOption.CREATE_NEW);
        var blocks = new DataBlocks(new BufferedOutputStream(file, BUFFER_BYTES));
        blocks.pad(SIZE.bytes());
        blocks.next = 1;
        return blocks;
    }

    /** The address of the block that is written next. */
    int next() {
        return (int) next;
    }

    /** Writes bytes, then zeros up to the end of a block. Returns the first block's address. */
    int append(byte[] bytes, int length) throws IOException {
        int first = advance(length);
        out.write(bytes, 0, length);
        pad(padding(length));
        return first;
    }

    /** Writes zeros, then bytes up to the end of a block. Returns the first block's address. */
    int appendToEnd(byte[] bytes, int length) throws IOException {
        int first = advance(length);
        pad(padding(length));
        out.write(bytes, 0, length);
        return first;
    }

    private int advance(int length) throws UnmountableLayerException {
        int first = (int) next;
        next += SIZE.blocks(length);
        if (next > MAX_BLOCKS) {
            throw new UnmountableLayerException("it is larger than 16 TiB");
        }
        return first;
    }

    private static int padding(int length) {
        return (int) SIZE.align(length) - length;
    }

    private void pad(int length) throws IOException {
        out.write(zeros, 0, length);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
