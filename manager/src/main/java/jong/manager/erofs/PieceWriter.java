package jong.manager.erofs;

import java.io.IOException;
import java.io.InputStream;
import jong.linux.codecs.Lz4Compressor;

/** Cuts data into {@link Pieces} and writes them. */
final class PieceWriter {

    private final DataBlocks blocks;
    private final Lz4Compressor compressor;
    private final MemoryBudget budget;

    private final byte[] piece = new byte[Pieces.PIECE_BYTES];
    private final byte[] compressed = new byte[Pieces.PIECE_BYTES];
    private int filled;
    private Pieces pieces = new Pieces();

    PieceWriter(DataBlocks blocks, Lz4Compressor compressor, MemoryBudget budget) {
        this.blocks = blocks;
        this.compressor = compressor;
        this.budget = budget;
    }

    /** Bytes since the last {@link #end}. */
    long size() {
        return pieces.size() + filled;
    }

    /** Adds all that a stream has. */
    void write(InputStream data) throws IOException {
        for (int n = fill(data); n >= 0; n = fill(data)) {
            filled += n;
            if (filled == piece.length) {
                flush();
            }
        }
    }

    private int fill(InputStream data) throws IOException {
        return data.read(piece, filled, piece.length - filled);
    }

    /** Ends a file; the next one begins a piece of its own. */
    Pieces end() throws IOException {
        if (filled > 0) {
            flush();
        }
        Pieces ended = pieces;
        pieces = new Pieces();
        return ended;
    }

    /** A piece is compressed if that saves a block. */
    private void flush() throws IOException {
        budget.add(Pieces.MEMORY_BYTES);
        int most = (int) (DataBlocks.SIZE.align(filled) - DataBlocks.SIZE.bytes());
        int length = compressor.compress(piece, filled, compressed, most);
        if (length < 0) {
            pieces.add(filled, blocks.append(piece, filled), 0);
        } else {
            int count = (int) DataBlocks.SIZE.blocks(length);
            pieces.add(filled, blocks.appendToEnd(compressed, length), count);
        }
        filled = 0;
    }
}
