package jong.linux.codecs;

/**
 * Compresses pieces of data into LZ4 blocks (lz4_Block_format.md), each by itself and as fast as
 * can be. Equal data gives equal blocks, as long as the {@link #implementation} is the same. Used
 * by one thread.
 *
 * <pre>{@code
 * var compressor = Lz4Compressor.create();
 * int length = compressor.compress(piece, piece.length, block, piece.length - 4096);
 * if (length < 0) {
 *     store(piece); // It does not pay.
 * }
 * }</pre>
 */
public sealed interface Lz4Compressor permits Liblz4Compressor, JavaLz4Compressor {

    /** The most bytes of a block's data. */
    int MAX_BYTES = 1 << 16;

    /** That of liblz4 where the machine has it, 3 times as fast; otherwise one in Java. */
    static Lz4Compressor create() {
        return Liblz4Compressor.isAvailable() ? new Liblz4Compressor() : new JavaLz4Compressor();
    }

    /** Says which implementation it is, in at most 16 characters of ASCII. */
    String implementation();

    /**
     * Compresses bytes.
     *
     * @param source from its start on
     * @param length how many of them, at most {@link #MAX_BYTES}
     * @param target gets the block from its start on
     * @param most how long the block may be, at most as long as the target
     * @return how long it is, or -1 if it would be longer
     */
    int compress(byte[] source, int length, byte[] target, int most);
}
