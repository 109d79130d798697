package jong.manager.tar;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import jong.linux.files.FileName;
import jong.manager.tar.TarEntry.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive from a stream: v7, ustar, PAX and GNU formats, with long names, large
 * numbers, extended attributes and all kinds of sparse files.
 *
 * <p>Jong has its own reader because image layers need their bytes kept: values of extended
 * attributes are binary, and names need not be UTF-8. What is held in memory is limited whatever
 * the archive says. Global PAX headers are ignored, as docker does. Used by one thread; the stream
 * should have a buffer of its own.
 *
 * <pre>{@code
 * var tar = new TarReader(stream);
 * for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
 *     tar.content().transferTo(target);
 * }
 * }</pre>
 */
public final class TarReader {

    /** Largest extended header or long name, in bytes. */
    static final int MAX_META_BYTES = 1 << 20;

    private static final int MAX_CHUNKS = 1 << 16;
    private static final int CHUNKS_IN_HEADER = 4;
    private static final int CHUNKS_IN_BLOCK = 21;
    private static final int CHUNK_BYTES = 24;
    private static final int SPARSE_GOES_ON = 504;

    private final InputStream in;
    private final Content content = new Content();

    /** Data bytes of the current entry that were not read yet. */
    private long remaining;

    /** Bytes after the data up to the next block. */
    private int padding;

    /** Bytes taken from the stream so far. */
    private long position;

    /** Whether a block of 512 bytes is the beginning of an archive that is not empty. */
    public static boolean isArchive(byte[] block) {
        try {
            return block.length == Header.BLOCK && new Header(block).size() >= 0;
        } catch (TarException _) {
            return false;
        }
    }

    /** Reads from the stream's position. The stream stays the caller's. */
    public TarReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next file, or null at the end of the archive. What was not read of the file before is
     * skipped.
     *
     * @throws TarException if the archive is malformed
     * @throws EOFException if it ends too early
     */
    public @Nullable TarEntry next() throws IOException {
        PaxRecords pax = PaxRecords.NONE;
        String longName = null;
        String longLink = null;
        while (true) {
            skipContent();
            Header header = readHeader();
            if (header == null) {
                return null;
            }
            startContent(header.size());
            switch (header.type()) {
                case 'x' -> pax = PaxRecords.parse(readMeta());
                case 'L' -> longName = name(readMeta());
                case 'K' -> longLink = name(readMeta());
                case 'g', 'V', 'D', 'N' -> skipContent();
                default -> {
                    return entry(header, pax, longName, longLink);
                }
            }
        }
    }

    /** The stored data of the current entry; of a sparse file, its chunks one after the other. */
    public InputStream content() {
        return content;
    }

    /**
     * Where the next byte of {@link #content} lies, in bytes from where the reader began. Before
     * anything of it was read, that is a multiple of 512.
     */
    public long contentOffset() {
        return position;
    }

    private TarEntry entry(
            Header header, PaxRecords pax, @Nullable String longName, @Nullable String longLink)
            throws IOException {
        String name = first(pax.name("GNU.sparse.name"), pax.name("path"), longName, header.name());
        TarEntry.Type type = type(header.type(), name);
        startContent(hasData(header.type()) ? pax.number("size", header.size()) : 0);
        List<Chunk> chunks = type == TarEntry.Type.FILE ? chunks(header, pax) : List.of();
        long size = chunks.isEmpty() ? stored(type) : sparseSize(header, pax);
        checkChunks(chunks, size);
        return new TarEntry(
                name,
                type,
                header.permissions(),
                owner(pax.number("uid", header.uid())),
                owner(pax.number("gid", header.gid())),
                size,
                pax.modifiedNanos(nanos(header.modifiedSeconds())),
                first(pax.name("linkpath"), longLink, null, header.linkName()),
                isDevice(type) ? header.deviceMajor() : 0,
                isDevice(type) ? header.deviceMinor() : 0,
                pax.attributes(),
                chunks);
    }

    private static TarEntry.Type type(char flag, String name) throws TarException {
        return switch (flag) {
            // Old archives mark directories by their name alone; Go's reader knows no others so.
            case '\0' -> name.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
            case '0', '7', 'S' -> TarEntry.Type.FILE;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMLINK;
            case '3' -> TarEntry.Type.CHARACTER_DEVICE;
            case '4' -> TarEntry.Type.BLOCK_DEVICE;
            case '5' -> TarEntry.Type.DIRECTORY;
            case '6' -> TarEntry.Type.FIFO;
            default -> throw new TarException("unhandled tar header type " + (int) flag);
        };
    }

    /** Whether what a header says of its size is behind it; old directories may have data too. */
    private static boolean hasData(char flag) {
        return flag < '1' || flag > '6';
    }

    private long stored(TarEntry.Type type) {
        return type == TarEntry.Type.FILE ? remaining : 0;
    }

    private static boolean isDevice(TarEntry.Type type) {
        return type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    }

    private List<Chunk> chunks(Header header, PaxRecords pax) throws IOException {
        if (header.type() == 'S') {
            return oldGnuChunks(header);
        }
        if (pax.text("GNU.sparse.major").equals("1")) {
            return chunksInContent();
        }
        List<String> map = pax.sparseMap();
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i + 1 < map.size(); i += 2) {
            add(chunks, PaxRecords.decimal(map.get(i)), PaxRecords.decimal(map.get(i + 1)));
        }
        return chunks;
    }

    private List<Chunk> oldGnuChunks(Header header) throws IOException {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < CHUNKS_IN_HEADER; i++) {
            int at = Header.sparseInHeader() + i * CHUNK_BYTES;
            add(chunks, header.number(at, 12), header.number(at + 12, 12));
        }
        boolean goesOn = header.sparseGoesOn();
        while (goesOn) {
            byte[] block = readFully(Header.BLOCK);
            for (int i = 0; i < CHUNKS_IN_BLOCK; i++) {
                int at = i * CHUNK_BYTES;
                add(chunks, Header.number(block, at, 12), Header.number(block, at + 12, 12));
            }
            goesOn = block[SPARSE_GOES_ON] != 0;
        }
        // A file that is one hole has no chunk, and must still be known as sparse.
        if (chunks.isEmpty()) {
            chunks.add(new Chunk(header.realSize(), 0));
        }
        return chunks;
    }

    /** Format 1.0: the map stands before the data as decimal lines, filled up to a block. */
    private List<Chunk> chunksInContent() throws IOException {
        long before = remaining;
        long count = readLine();
        List<Chunk> chunks = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            long offset = readLine();
            add(chunks, offset, readLine());
        }
        long used = before - remaining;
        content.skipNBytes(Math.floorMod(-used, (long) Header.BLOCK));
        if (chunks.isEmpty()) {
            chunks.add(new Chunk(0, 0));
        }
        return chunks;
    }

    private static void add(List<Chunk> chunks, long offset, long length) throws TarException {
        if (offset == 0 && length == 0) {
            return; // An unused place of the map.
        }
        if (chunks.size() >= MAX_CHUNKS) {
            throw new TarException("sparse file of more than " + MAX_CHUNKS + " parts");
        }
        chunks.add(new Chunk(offset, length));
    }

    private static long sparseSize(Header header, PaxRecords pax) throws TarException {
        if (header.type() == 'S') {
            return header.realSize();
        }
        return pax.number("GNU.sparse.realsize", pax.number("GNU.sparse.size", 0));
    }

    private void checkChunks(List<Chunk> chunks, long size) throws TarException {
        long end = 0;
        long stored = 0;
        for (Chunk chunk : chunks) {
            boolean ordered = chunk.offset() >= end && chunk.length() >= 0;
            if (!ordered || chunk.length() > size - chunk.offset()) {
                throw new TarException("invalid sparse map");
            }
            end = chunk.offset() + chunk.length();
            stored += chunk.length();
        }
        if (!chunks.isEmpty() && stored != remaining) {
            throw new TarException("invalid sparse map");
        }
    }

    private @Nullable Header readHeader() throws IOException {
        byte[] block = in.readNBytes(Header.BLOCK);
        position += block.length;
        if (block.length == 0) {
            return null;
        }
        if (block.length == Header.BLOCK && Header.isZero(block)) {
            byte[] second = in.readNBytes(Header.BLOCK);
            if (second.length == 0 || Header.isZero(second)) {
                return null;
            }
            throw new TarException("invalid tar header");
        }
        if (block.length < Header.BLOCK) {
            throw new EOFException("unexpected EOF");
        }
        return new Header(block);
    }

    private void startContent(long size) {
        remaining = size;
        padding = (int) Math.floorMod(-size, (long) Header.BLOCK);
    }

    private void skipContent() throws IOException {
        try {
            in.skipNBytes(remaining + padding);
            position += remaining + padding;
        } catch (EOFException _) {
            throw new EOFException("unexpected EOF");
        }
        startContent(0);
    }

    private byte[] readMeta() throws IOException {
        if (remaining > MAX_META_BYTES) {
            throw new TarException("extended header of " + remaining + " bytes");
        }
        byte[] data = readFully((int) remaining);
        remaining = 0;
        return data;
    }

    private byte[] readFully(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        position += bytes.length;
        if (bytes.length < length) {
            throw new EOFException("unexpected EOF");
        }
        return bytes;
    }

    private long readLine() throws IOException {
        var digits = new StringBuilder();
        for (int c = content.read(); c != '\n'; c = content.read()) {
            if (c < 0 || digits.length() > 18) {
                throw new TarException("invalid sparse map");
            }
            digits.append((char) c);
        }
        return PaxRecords.decimal(digits.toString());
    }

    private static String name(byte[] data) {
        int end = 0;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        return FileName.decode(java.util.Arrays.copyOf(data, end));
    }

    private static String first(
            @Nullable String a, @Nullable String b, @Nullable String c, String fallback) {
        return a != null ? a : b != null ? b : c != null ? c : fallback;
    }

    /** 2^32-1 means "leave it" to chown(2), and greater numbers wrap around to other users. */
    private static long owner(long id) throws TarException {
        if (id < 0 || id >= 0xffff_ffffL) {
            throw new TarException("invalid tar header: owner " + id);
        }
        return id;
    }

    private static long nanos(long seconds) {
        return Math.abs(seconds) > Long.MAX_VALUE / 1_000_000_000 ? 0 : seconds * 1_000_000_000;
    }

    /** The current entry's data. */
    private final class Content extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int start, int length) throws IOException {
            if (remaining == 0) {
                return -1;
            }
            int count = in.read(target, start, (int) Math.min(length, remaining));
            if (count < 0) {
                throw new EOFException("unexpected EOF");
            }
            remaining -= count;
            position += count;
            return count;
        }
    }
}
