package jong.manager.erofs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jong.oci.Digest;

/** Writes an image: inodes, content that lies apart, and at last the superblock. */
final class ImageWriter {

    private static final int BUFFER_BYTES = 64 * 1024;

    /** Block addresses have 32 bits, and the last means "none". */
    private static final long MAX_BLOCKS = 0xffff_ffffL;

    private final FileChannel channel;
    private final ImageLayout layout;

    /** Content that lies apart, in its order. */
    private final List<Inode> apart = new ArrayList<>();

    private boolean chunked;

    /** The channel stays the caller's. */
    ImageWriter(FileChannel channel, ImageLayout layout) {
        this.channel = channel;
        this.layout = layout;
    }

    /** Writes all but the data of files. */
    void write(Digest diffId) throws IOException {
        long archiveBlocks = layout.data() instanceof LayerData.InArchive in ? in.blocks() : 0;
        if (Integer.toUnsignedLong(layout.blocks()) + archiveBlocks > MAX_BLOCKS) {
            throw new UnmountableLayerException("it has more blocks than can be addressed");
        }
        MessageDigest hash = Digest.newSha256();
        hash.update(diffId.hex().getBytes(US_ASCII));
        channel.position(layout.start());
        var out =
                new DigestOutputStream(
                        new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES),
                        hash);
        writeInodes(out);
        for (Inode inode : apart) {
            write(out, layout.form(inode).apart());
        }
        out.flush();
        writeSuperblock(diffId, hash.digest());
    }

    private void writeInodes(OutputStream out) throws IOException {
        long position = layout.start();
        for (Inode inode : layout.inodes()) {
            InodeForm form = layout.form(inode);
            position += pad(out, layout.place(inode) - position);
            position += write(out, form.record(layout.blocks()));
            chunked |= inode instanceof FileInode file && file.data() instanceof ChunkMap;
            if (form.blocksApart() > 0) {
                apart.add(inode);
            }
        }
        pad(out, layout.data().block().align(position) - position);
    }

    private void writeSuperblock(Digest diffId, byte[] hash) throws IOException {
        var superblock =
                new Superblock(
                        layout.data(),
                        layout.inodes().getFirst().nid(),
                        layout.inodes().size(),
                        layout.epochNanos(),
                        layout.blocks(),
                        diffId.hex().substring(0, Superblock.TAG_BYTES),
                        uuid(hash),
                        chunked);
        ByteBuffer block = superblock.block();
        while (block.hasRemaining()) {
            channel.write(block, Superblock.OFFSET + block.position());
        }
    }

    /** A UUID of version 8 (RFC 9562), which leaves the other bits to us. */
    private static byte[] uuid(byte[] hash) {
        byte[] uuid = Arrays.copyOf(hash, 16);
        uuid[6] = (byte) ((uuid[6] & 0x0f) | 0x80);
        uuid[8] = (byte) ((uuid[8] & 0x3f) | 0x80);
        return uuid;
    }

    private static int pad(OutputStream out, long count) throws IOException {
        out.write(new byte[(int) count]);
        return (int) count;
    }

    private static int write(OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        return bytes.length;
    }
}
