package jong.manager.erofs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jong.linux.files.FileName;
import jong.linux.files.FileType;

/**
 * What a directory's inode contains: blocks of erofs_dirent, each followed by the names of its own
 * entries. Names are sorted as bytes over the whole directory, {@code .} and {@code ..} among them:
 * the kernel looks them up by bisection.
 */
final class DirectoryContent implements Content {

    private static final int DIRENT_BYTES = 12;

    @SuppressWarnings("ArrayRecordComponent") // Compared by name alone.
    private record Dirent(byte[] name, Inode file) implements Comparable<Dirent> {

        int length() {
            return DIRENT_BYTES + name.length;
        }

        @Override
        public int compareTo(Dirent other) {
            return Arrays.compareUnsigned(name, other.name);
        }
    }

    private final List<Dirent> entries;
    private final int blockBytes;

    private DirectoryContent(List<Dirent> entries, int blockBytes) {
        this.entries = entries;
        this.blockBytes = blockBytes;
    }

    static DirectoryContent of(DirectoryInode directory, BlockSize block) throws IOException {
        List<Dirent> entries = new ArrayList<>(directory.entries().size() + 2);
        entries.add(new Dirent(".".getBytes(US_ASCII), directory));
        entries.add(new Dirent("..".getBytes(US_ASCII), directory.parent()));
        for (Map.Entry<String, Inode> entry : directory.entries()) {
            entries.add(new Dirent(FileName.encode(entry.getKey()), entry.getValue()));
        }
        entries.sort(null);
        return new DirectoryContent(entries, block.bytes());
    }

    /** The files in the directory in the order of their names, without the dots. */
    List<Inode> files() {
        return entries.stream()
                .filter(e -> e.name[0] != '.' || !isDots(e.name))
                .map(Dirent::file)
                .toList();
    }

    private static boolean isDots(byte[] name) {
        return name.length == 1 || (name.length == 2 && name[1] == '.');
    }

    /** Whole blocks, and a last one as far as it is used. */
    @Override
    public int length() {
        int blocks = 0;
        int used = 0;
        for (int start = 0; start < entries.size(); start = end(start)) {
            blocks++;
            used = used(start, end(start));
        }
        return (blocks - 1) * blockBytes + used;
    }

    @Override
    public void write(ByteBuffer target) {
        int block = target.position();
        for (int start = 0; start < entries.size(); ) {
            int end = end(start);
            writeBlock(target.position(block), start, end);
            block += blockBytes;
            start = end;
        }
    }

    private void writeBlock(ByteBuffer target, int start, int end) {
        int nameOffset = (end - start) * DIRENT_BYTES;
        for (Dirent entry : entries.subList(start, end)) {
            target.putLong(entry.file.nid());
            target.putShort((short) nameOffset);
            target.put((byte) fileType(entry.file.type())).put((byte) 0);
            nameOffset += entry.name.length;
        }
        for (Dirent entry : entries.subList(start, end)) {
            target.put(entry.name);
        }
    }

    /** The entry after the last that fits into the block that begins with {@code start}. */
    private int end(int start) {
        int end = start;
        int used = 0;
        while (end < entries.size() && used + entries.get(end).length() <= blockBytes) {
            used += entries.get(end).length();
            end++;
        }
        return end;
    }

    private int used(int start, int end) {
        return entries.subList(start, end).stream().mapToInt(Dirent::length).sum();
    }

    /** EROFS_FT_*: the numbers are those of ext2. */
    private static int fileType(FileType type) {
        return switch (type) {
            case REGULAR -> 1;
            case DIRECTORY -> 2;
            case CHARACTER_DEVICE -> 3;
            case BLOCK_DEVICE -> 4;
            case FIFO -> 5;
            case SOCKET -> 6;
            case SYMLINK -> 7;
            case UNKNOWN -> 0;
        };
    }
}
