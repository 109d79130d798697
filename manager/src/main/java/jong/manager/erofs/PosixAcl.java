package jong.manager.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * An access control list in its form as an extended attribute (acl(5), linux/posix_acl_xattr.h): a
 * version, and 8 bytes for each entry: tag, permissions, id.
 */
final class PosixAcl {

    /** Attribute of a file's own list. */
    static final String ACCESS = "system.posix_acl_access";

    /** Attribute of the list that files in a directory begin with. */
    static final String DEFAULT = "system.posix_acl_default";

    private static final int VERSION = 2;
    private static final int HEADER_BYTES = 4;
    private static final int ENTRY_BYTES = 8;

    private static final int USER_OBJ = 0x01;
    private static final int USER = 0x02;
    private static final int GROUP_OBJ = 0x04;
    private static final int GROUP = 0x08;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;

    private final ByteBuffer entries;
    private int seen;
    private int user;
    private int group;
    private int other;

    private PosixAcl(ByteBuffer entries) {
        this.entries = entries;
    }

    /**
     * Reads a list.
     *
     * @return nothing if it is empty, which means that there is none
     * @throws IOException if the kernel would refuse it
     */
    static Optional<PosixAcl> parse(String attribute, byte[] value) throws IOException {
        var bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (value.length == 0) {
            return Optional.empty();
        }
        boolean whole =
                value.length >= HEADER_BYTES
                        && (value.length - HEADER_BYTES) % ENTRY_BYTES == 0
                        && bytes.getInt() == VERSION;
        var acl = new PosixAcl(bytes);
        if (!whole || !acl.read()) {
            throw new IOException("invalid " + attribute + " in layer");
        }
        return acl.seen == 0 ? Optional.empty() : Optional.of(acl);
    }

    /** Whether it says no more than permission bits can. */
    boolean isMode() {
        return (seen & (USER | GROUP | MASK)) == 0;
    }

    /** The permissions of a file that gets this list: the group's bits show the mask. */
    int permissions(int before) {
        return (before & ~0777) | user << 6 | group << 3 | other;
    }

    /**
     * The attribute's value after chmod(2), which changes entries: those of the owner, of all
     * others, and the mask, or the group's if there is no mask.
     */
    static byte[] changeMode(byte[] value, int permissions) {
        byte[] changed = value.clone();
        var bytes = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        int group = -1;
        for (int at = HEADER_BYTES; at < changed.length; at += ENTRY_BYTES) {
            switch (bytes.getShort(at)) {
                case USER_OBJ -> setBits(bytes, at, permissions >> 6);
                case OTHER -> setBits(bytes, at, permissions);
                case GROUP_OBJ, MASK -> group = at; // The mask follows the group.
                default -> {}
            }
        }
        setBits(bytes, group, permissions >> 3);
        return changed;
    }

    private static void setBits(ByteBuffer bytes, int entry, int bits) {
        bytes.putShort(entry + Short.BYTES, (short) (bits & 7));
    }

    /** Entries stand in the order of their tags; those of named users and groups may repeat. */
    private boolean read() {
        int last = 0;
        while (entries.hasRemaining()) {
            int tag = entries.getShort() & 0xffff;
            int bits = entries.getShort() & 0xffff;
            int id = entries.getInt();
            boolean named = tag == USER || tag == GROUP;
            boolean known = Integer.bitCount(tag) == 1 && tag <= OTHER;
            boolean ordered = named ? tag >= last : tag > last;
            if (!known || !ordered || bits > 7 || (named && id == -1)) {
                return false;
            }
            note(tag, bits);
            last = tag;
        }
        int needed = USER_OBJ | GROUP_OBJ | OTHER | ((seen & (USER | GROUP)) != 0 ? MASK : 0);
        return seen == 0 || (seen & needed) == needed;
    }

    private void note(int tag, int bits) {
        seen |= tag;
        switch (tag) {
            case USER_OBJ -> user = bits;
            case GROUP_OBJ, MASK -> group = bits;
            case OTHER -> other = bits;
            default -> {}
        }
    }
}
