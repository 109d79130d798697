package jong.manager.erofs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import jong.linux.codecs.Lz4Compressor;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;

/**
 * Writes the data of files into the image, compressed: small ones together, as the packed inode,
 * large ones each by itself.
 */
final class CompressedData implements FileStore, AutoCloseable {

    /** Files of so many bytes lie by themselves: the last block of each is half empty. */
    static final int LARGE_BYTES = 64 * 1024;

    private final Lz4Compressor compressor = Lz4Compressor.create();
    private final DataBlocks blocks;
    private final PieceWriter packed;
    private final PieceWriter large;
    private final MemoryBudget budget;

    /** The image is made, and must not be there. */
    CompressedData(Path image, MemoryBudget budget) throws IOException {
        this.blocks = DataBlocks.create(image);
        this.packed = new PieceWriter(blocks, compressor, budget);
        this.large = new PieceWriter(blocks, compressor, budget);
        this.budget = budget;
    }

    @Override
    public FileData store(TarEntry entry, TarReader tar) throws IOException {
        if (entry.size() == 0) {
            return ArchivePart.EMPTY;
        }
        if (!entry.chunks().isEmpty()) {
            ChunkMap chunks = ChunkMap.copy(entry, tar.content(), blocks);
            budget.add(chunks.memoryBytes());
            return chunks;
        }
        if (entry.size() >= LARGE_BYTES) {
            large.write(tar.content());
            return large.end();
        }
        var fragment = new Fragment(packed.size(), entry.size());
        packed.write(tar.content());
        return fragment;
    }

    /** Writes what is left, and tells what an image needs that has these data. */
    LayerData end() throws IOException {
        Optional<FileInode> inode =
                packed.size() == 0
                        ? Optional.empty()
                        : Optional.of(new FileInode(packed.size(), packed.end()));
        return new LayerData.InImage(blocks.next(), inode, compressor.implementation());
    }

    @Override
    public void close() throws IOException {
        blocks.close();
    }
}
