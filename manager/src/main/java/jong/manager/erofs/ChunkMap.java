package jong.manager.erofs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import jong.manager.tar.TarEntry;

/**
 * Where the chunks of a sparse file are: the file is cut into chunks of one size, each of which is
 * a hole or lies in one piece in the archive or, plainly, in the image (EROFS_INODE_CHUNK_BASED
 * with a block map).
 */
final class ChunkMap implements FileData {

    /** Bytes of the map for each chunk. */
    static final int ENTRY_BYTES = 4;

    /** 4 MiB of metadata for a file is the limit of reason. */
    private static final int MAX_CHUNKS = 1 << 20;

    /** EROFS_CHUNK_FORMAT_BLKBITS_MASK: the largest chunk has 2^31 blocks. */
    private static final int MAX_BLOCKS_BITS = 31;

    private final BlockSize block;
    private final int bits;
    private final int count;
    private final List<TarEntry.Chunk> parts;

    /** The address of the first stored block; in an archive, from its start. */
    private final long firstBlock;

    private ChunkMap(BlockSize block, TarEntry entry, List<TarEntry.Chunk> parts, long firstBlock)
            throws UnmountableLayerException {
        long size = entry.size();
        long boundaries = 0;
        for (TarEntry.Chunk part : parts) {
            long end = part.offset() + part.length();
            boundaries |= part.offset() | (end >= size ? 0 : end);
        }
        this.block = block;
        this.bits = Math.min(Long.numberOfTrailingZeros(boundaries), bitsFor(size, block));
        long chunks = (size + (1L << bits) - 1) >>> bits;
        if (bits < block.bits() || chunks > MAX_CHUNKS) {
            throw new UnmountableLayerException(
                    "sparse file " + entry.name() + " is too scattered");
        }
        this.count = (int) chunks;
        this.parts = parts;
        this.firstBlock = firstBlock;
    }

    /**
     * The map of an entry with {@link TarEntry#chunks}, whose data stays in the archive.
     *
     * @param dataOffset where the stored data begins in the archive, a multiple of 512
     * @throws UnmountableLayerException if a part of the file is not made of whole blocks
     */
    static ChunkMap inArchive(TarEntry entry, long dataOffset) throws UnmountableLayerException {
        List<TarEntry.Chunk> parts =
                entry.chunks().stream().filter(part -> part.length() > 0).toList();
        return new ChunkMap(BlockSize.TAR, entry, parts, dataOffset >>> BlockSize.TAR.bits());
    }

    /**
     * Copies the data of such an entry into the image.
     *
     * @param content its stored data
     */
    static ChunkMap copy(TarEntry entry, InputStream content, DataBlocks blocks)
            throws IOException {
        var map = new ChunkMap(DataBlocks.SIZE, entry, wholeBlocks(entry), blocks.next());
        new SparseCopy(content, blocks).run(entry.chunks());
        return map;
    }

    /** The blocks that data is in. */
    private static List<TarEntry.Chunk> wholeBlocks(TarEntry entry) {
        List<TarEntry.Chunk> parts = new ArrayList<>();
        long start = 0;
        long end = 0;
        for (TarEntry.Chunk part : entry.chunks()) {
            if (part.length() == 0) {
                continue;
            }
            long first = part.offset() & -DataBlocks.SIZE.bytes();
            if (first > end) {
                add(parts, start, end);
                start = first;
            }
            end = DataBlocks.SIZE.align(part.offset() + part.length());
        }
        add(parts, start, end);
        return List.copyOf(parts);
    }

    private static void add(List<TarEntry.Chunk> parts, long start, long end) {
        if (end > start) {
            parts.add(new TarEntry.Chunk(start, end - start));
        }
    }

    /** The size of a single chunk for a whole file, as far as chunks can be that large. */
    private static int bitsFor(long size, BlockSize block) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(size, 1) - 1);
        return Math.clamp(bits, block.bits(), block.bits() + MAX_BLOCKS_BITS);
    }

    @Override
    public int layout() {
        return CHUNK_BASED;
    }

    /** The chunk's size. */
    @Override
    public int address(int archive) {
        return bits - block.bits();
    }

    @Override
    public int mapLength(int end) {
        return count * ENTRY_BYTES;
    }

    /** Bytes that this object takes in memory. */
    long memoryBytes() {
        return 64 + 32L * parts.size();
    }

    @Override
    public void writeMap(ByteBuffer target, int archive) {
        long at = firstBlock + (block == BlockSize.TAR ? archive : 0);
        int next = 0;
        for (TarEntry.Chunk part : parts) {
            next = holes(target, next, (int) (part.offset() >>> bits));
            long end = part.offset() + part.length();
            for (long done = part.offset(); done < end; done += 1L << bits) {
                target.putInt((int) at);
                at += 1L << (bits - block.bits());
                next++;
            }
        }
        holes(target, next, count);
    }

    private static int holes(ByteBuffer target, int from, int to) {
        for (int i = from; i < to; i++) {
            target.putInt(ImageFormat.NULL_ADDRESS);
        }
        return Math.max(from, to);
    }
}
