package jong.manager.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.linux.files.FileName;

/**
 * The extended attributes of an inode, which follow it (erofs_xattr_ibody_header and
 * erofs_xattr_entry). All are inline: those that many files share are rare in layers.
 */
final class XattrBody {

    /** No attributes take no bytes. */
    static final XattrBody NONE = new XattrBody(List.of(), 0);

    private static final int HEADER_BYTES = 12;
    private static final int ENTRY_BYTES = 4;

    /** Entries begin at multiples of this. */
    private static final int ALIGNMENT = 4;

    private static final int MAX_COUNT = 0xffff;

    /** A name without its prefix, which has a number: EROFS_XATTR_INDEX_*. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
    private record Entry(int index, byte[] name, byte[] value) {

        static Entry of(String name, byte[] value) throws IOException {
            return switch (name) {
                case PosixAcl.ACCESS -> new Entry(2, new byte[0], value);
                case PosixAcl.DEFAULT -> new Entry(3, new byte[0], value);
                default -> {
                    int dot = name.indexOf('.');
                    byte[] suffix = FileName.encode(name.substring(dot + 1));
                    yield new Entry(index(name.substring(0, dot)), suffix, value);
                }
            };
        }

        private static int index(String prefix) {
            return switch (prefix) {
                case "user" -> 1;
                case "trusted" -> 4;
                case "security" -> 6;
                default -> throw new IllegalStateException(prefix);
            };
        }

        int length() {
            return (int) ImageFormat.align(ENTRY_BYTES + name.length + value.length, ALIGNMENT);
        }

        void write(ByteBuffer target) {
            int end = target.position() + length();
            target.put((byte) name.length).put((byte) index).putShort((short) value.length);
            target.put(name).put(value).position(end);
        }
    }

    private final List<Entry> entries;
    private final int length;

    private XattrBody(List<Entry> entries, int length) {
        this.entries = entries;
        this.length = length;
    }

    /**
     * The attributes of a file.
     *
     * @throws UnmountableLayerException if they are more than the format takes
     */
    static XattrBody of(Map<String, byte[]> attributes) throws IOException {
        if (attributes.isEmpty()) {
            return NONE;
        }
        List<Entry> entries = new ArrayList<>();
        int length = HEADER_BYTES;
        for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
            var entry = Entry.of(attribute.getKey(), attribute.getValue());
            entries.add(entry);
            length += entry.length();
            if (count(length) > MAX_COUNT) {
                throw new UnmountableLayerException("a file has too many extended attributes");
            }
        }
        return new XattrBody(entries, length);
    }

    /** Bytes in the image. */
    int length() {
        return length;
    }

    /** Field {@code i_xattr_icount}: 0, or 1 for the header and 1 for each 4 bytes behind. */
    int count() {
        return entries.isEmpty() ? 0 : count(length);
    }

    private static int count(int length) {
        return 1 + (length - HEADER_BYTES) / ALIGNMENT;
    }

    /** Writes header and entries into a buffer of zeros. */
    void write(ByteBuffer target) {
        if (!entries.isEmpty()) {
            target.position(target.position() + HEADER_BYTES); // No filter, none shared.
            entries.forEach(e -> e.write(target));
        }
    }
}
