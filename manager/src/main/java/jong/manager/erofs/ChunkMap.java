package jong.manager.erofs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import jong.manager.tar.TarEntry;

/**
 * Where the chunks of a sparse file are: the file is cut into chunks of one size, each of which is
 * a hole or lies in one piece in the archive (EROFS_INODE_CHUNK_BASED with a block map).
 */
final class ChunkMap {

    /** Bytes of the map for each chunk. */
    static final int ENTRY_BYTES = 4;

    private static final int BLOCK_BITS = ImageFormat.BLOCK_BITS;

    /** EROFS_CHUNK_FORMAT_BLKBITS_MASK: the largest chunk has 2^31 blocks. */
    private static final int MAX_BITS = BLOCK_BITS + 31;

    /** 4 MiB of metadata for a file is the limit of reason. */
    private static final int MAX_CHUNKS = 1 << 20;

    private final int bits;
    private final int count;
    private final List<TarEntry.Chunk> parts;
    private final long dataOffset;

    private ChunkMap(int bits, int count, List<TarEntry.Chunk> parts, long dataOffset) {
        this.bits = bits;
        this.count = count;
        this.parts = parts;
        this.dataOffset = dataOffset;
    }

    /**
     * The map of an entry with {@link TarEntry#chunks}.
     *
     * @param dataOffset where the stored data begins in the archive, a multiple of 512
     * @throws UnmountableLayerException if a part of the file is not made of whole blocks
     */
    static ChunkMap of(TarEntry entry, long dataOffset) throws UnmountableLayerException {
        List<TarEntry.Chunk> parts = new ArrayList<>();
        long boundaries = 0;
        for (TarEntry.Chunk part : entry.chunks()) {
            if (part.length() > 0) {
                parts.add(part);
                long end = part.offset() + part.length();
                boundaries |= part.offset() | (end == entry.size() ? 0 : end);
            }
        }
        int bits = Math.min(Long.numberOfTrailingZeros(boundaries), bitsFor(entry.size()));
        long count = (entry.size() + (1L << bits) - 1) >>> bits;
        if (bits < BLOCK_BITS || count > MAX_CHUNKS) {
            throw new UnmountableLayerException(
                    "sparse file " + entry.name() + " is too scattered");
        }
        return new ChunkMap(bits, (int) count, List.copyOf(parts), dataOffset);
    }

    /** The size of a single chunk for a whole file, as far as chunks can be that large. */
    private static int bitsFor(long size) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(size, 1) - 1);
        return Math.clamp(bits, BLOCK_BITS, MAX_BITS);
    }

    /** Field {@code format} of the inode: the chunk's size. */
    int format() {
        return bits - BLOCK_BITS;
    }

    /** Bytes of the map. */
    int length() {
        return count * ENTRY_BYTES;
    }

    /** Bytes that this object takes in memory. */
    long memoryBytes() {
        return 64 + 32L * parts.size();
    }

    /**
     * Writes the map.
     *
     * @param firstBlock the block address of the archive's first byte
     */
    void write(ByteBuffer target, int firstBlock) {
        long block = firstBlock + (dataOffset >>> BLOCK_BITS);
        int next = 0;
        for (TarEntry.Chunk part : parts) {
            int first = (int) (part.offset() >>> bits);
            next = holes(target, next, first);
            long end = part.offset() + part.length();
            for (long at = part.offset(); at < end; at += 1L << bits) {
                target.putInt((int) block);
                block += 1L << (bits - BLOCK_BITS);
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
