package jong.manager.erofs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import jong.oci.Digest;

/**
 * Reads an image by the format's own description (erofs_fs.h, Documentation/filesystems/erofs.rst),
 * and checks on the way what the kernel relies on.
 */
final class ErofsImage {

    private static final int BLOCK = 512;

    final ByteBuffer bytes;
    private final long archiveBlocks;
    private final long archiveStart;

    /** An inode as it stands in the image. */
    record Node(
            int nid, int layout, int mode, long size, long links, int address, int body, int end) {

        int type() {
            return mode >> 12;
        }

        boolean isDirectory() {
            return type() == 4;
        }
    }

    private ErofsImage(byte[] image) {
        bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        archiveBlocks = Integer.toUnsignedLong(bytes.getInt(1024 + 128 + 64));
        archiveStart = Integer.toUnsignedLong(bytes.getInt(1024 + 128 + 68));
        checkSuperblock(image.length);
    }

    /** The image of an archive. */
    static ErofsImage of(Path directory, byte[] archive, boolean bottom) throws IOException {
        Path file = directory.resolve("image");
        Files.deleteIfExists(file);
        LayerTree.read(new ByteArrayInputStream(archive), bottom)
                .write(file, Digest.sha256(archive));
        return new ErofsImage(Files.readAllBytes(file));
    }

    /** All files by path; {@code ""} is the root. */
    Map<String, Node> files() {
        Map<String, Node> files = new TreeMap<>();
        Node root = node(Short.toUnsignedInt(bytes.getShort(1024 + 14)));
        files.put("", root);
        addChildren("", root, root.nid, files);
        return files;
    }

    /** Where in the archive a file's byte lies. */
    long archiveOffset(Node file) {
        return (Integer.toUnsignedLong(file.address) - archiveStart) * BLOCK;
    }

    String text(Node node) {
        return new String(content(node), UTF_8);
    }

    private void checkSuperblock(int length) {
        assertThat(bytes.getInt(1024)).as("magic").isEqualTo(0xe0f5e1e2);
        byte[] block = Arrays.copyOfRange(bytes.array(), 1024, 1024 + BLOCK);
        Arrays.fill(block, 4, 8, (byte) 0);
        var crc = new CRC32C();
        crc.update(block);
        assertThat(bytes.getInt(1028)).as("checksum").isEqualTo(~(int) crc.getValue());
        assertThat(bytes.get(1024 + 12)).as("blkszbits").isEqualTo((byte) 9);
        assertThat(bytes.getInt(1024 + 36) * BLOCK).as("blocks").isEqualTo(length);
        assertThat(bytes.getShort(1024 + 86)).as("extra_devices").isEqualTo((short) 1);
        assertThat(bytes.getShort(1024 + 88)).as("devt_slotoff").isEqualTo((short) 9);
        assertThat(archiveStart).as("uniaddr").isGreaterThanOrEqualTo(length / BLOCK);
        String tag = new String(bytes.array(), 1024 + 128, 64, US_ASCII);
        assertThat(tag).as("tag").matches("[0-9a-f]{64}");
    }

    private void addChildren(String path, Node directory, int parent, Map<String, Node> files) {
        byte[] content = content(directory);
        String last = "";
        for (int block = 0; block < content.length; block += BLOCK) {
            int length = Math.min(BLOCK, content.length - block);
            var dirents = ByteBuffer.wrap(content, block, length).slice();
            dirents.order(ByteOrder.LITTLE_ENDIAN);
            int count = dirents.getShort(8) / 12;
            for (int i = 0; i < count; i++) {
                String name = name(dirents, i, count);
                assertThat(name).as("order in %s", path).isGreaterThan(last);
                last = name;
                Node child = node((int) dirents.getLong(i * 12));
                int[] types = {0, 5, 3, 0, 2, 0, 4, 0, 1, 0, 7, 0, 6};
                assertThat((int) dirents.get(i * 12 + 10)).isEqualTo(types[child.type()]);
                add(path, directory, parent, name, child, files);
            }
        }
    }

    private void add(
            String path,
            Node directory,
            int parent,
            String name,
            Node child,
            Map<String, Node> files) {
        if (name.equals(".") || name.equals("..")) {
            assertThat(child.nid).isEqualTo(name.equals(".") ? directory.nid : parent);
            return;
        }
        String whole = path.isEmpty() ? name : path + "/" + name;
        files.put(whole, child);
        if (child.isDirectory()) {
            addChildren(whole, child, directory.nid, files);
        } else if (child.type() == 8) {
            checkAddresses(whole, child);
        }
    }

    /** As Latin-1, whose characters are in the order of the bytes. */
    private static String name(ByteBuffer dirents, int i, int count) {
        int start = dirents.getShort(i * 12 + 8);
        int end = i + 1 < count ? dirents.getShort(i * 12 + 20) : dirents.limit();
        var name = new StringBuilder();
        for (int at = start; at < end && dirents.get(at) != 0; at++) {
            name.append((char) (dirents.get(at) & 0xff));
        }
        return name.toString();
    }

    /** No byte of a file comes from elsewhere than the archive. */
    private void checkAddresses(String path, Node file) {
        if (file.layout == 4) {
            int bits = 9 + (file.address & 0x1f);
            long count = (file.size + (1L << bits) - 1) >> bits;
            for (int i = 0; i < count; i++) {
                int address = bytes.getInt(file.end + 4 * i);
                long left = Math.min(1L << bits, file.size - ((long) i << bits));
                if (address != -1) {
                    checkRange(path, address, left);
                }
            }
        } else if (file.size > 0) {
            assertThat(file.layout).as(path).isZero();
            checkRange(path, file.address, file.size);
        }
    }

    private void checkRange(String path, int address, long size) {
        long first = Integer.toUnsignedLong(address) - archiveStart;
        assertThat(first).as(path).isNotNegative();
        assertThat(first + (size + BLOCK - 1) / BLOCK).as(path).isLessThanOrEqualTo(archiveBlocks);
    }

    private Node node(int nid) {
        int at = nid * 32;
        int format = bytes.getShort(at);
        boolean extended = (format & 1) != 0;
        int count = Short.toUnsignedInt(bytes.getShort(at + 2));
        int body = at + (extended ? 64 : 32);
        return new Node(
                nid,
                format >> 1,
                Short.toUnsignedInt(bytes.getShort(at + 4)),
                extended ? bytes.getLong(at + 8) : Integer.toUnsignedLong(bytes.getInt(at + 8)),
                extended ? bytes.getInt(at + 44) : bytes.getShort(at + 6),
                bytes.getInt(at + 16),
                body,
                body + (count == 0 ? 0 : 12 + (count - 1) * 4));
    }

    /** What the image holds of a directory's or symlink's content. */
    private byte[] content(Node node) {
        int size = (int) node.size;
        int inline = node.layout == 2 ? size % BLOCK : 0;
        byte[] content = new byte[size];
        bytes.get(node.address * BLOCK, content, 0, size - inline);
        if (inline > 0) {
            assertThat(node.end / BLOCK).isEqualTo((node.end + inline - 1) / BLOCK);
            bytes.get(node.end, content, size - inline, inline);
        }
        return content;
    }
}
