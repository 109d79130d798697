package jong.manager.erofs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jong.linux.files.FileName;
import jong.linux.files.FileType;

/**
 * What becomes of an extended attribute in an archive: as if it were set by setxattr(2) on a file
 * system that has them all (xattr(7), capabilities(7)).
 */
enum AttributeRules {
    /** It is stored as it is. */
    KEEP,
    /** The kernel would refuse it, which is no error, or nobody may set it. */
    IGNORE,
    /** It is stored unless it says no more than the permissions, which it changes. */
    ACCESS_CONTROL;

    /** Marks a directory that hides what layers below have in it. */
    static final String OPAQUE = "trusted.overlay.opaque";

    private static final byte[] YES = "y".getBytes(UTF_8);

    private static final String CAPABILITY = "security.capability";
    private static final int MAX_NAME_BYTES = 255;

    /** The format has 16 bits for it; the kernel would take one byte more. */
    private static final int MAX_VALUE_BYTES = 65_535;

    private static final int CAPABILITY_REVISION_2 = 0x02;
    private static final int CAPABILITY_REVISION_3 = 0x03;

    /** The value of {@link #OPAQUE}. */
    static byte[] yes() {
        return YES.clone();
    }

    static AttributeRules of(FileType type, String name) {
        // overlayfs believes its own attributes: an archive may not write them.
        if (name.startsWith("trusted.overlay.") || name.startsWith("user.overlay.")) {
            return IGNORE;
        }
        if (name.equals(PosixAcl.ACCESS) || name.equals(PosixAcl.DEFAULT)) {
            return type == FileType.SYMLINK ? IGNORE : ACCESS_CONTROL;
        }
        if (name.startsWith("user.")) {
            return type == FileType.REGULAR || type == FileType.DIRECTORY ? KEEP : IGNORE;
        }
        return name.startsWith("trusted.") || name.startsWith("security.") ? KEEP : IGNORE;
    }

    /** Refuses what setxattr(2) refuses. */
    static void check(String name, byte[] value) throws IOException {
        int nameBytes = FileName.encode(name).length;
        if (nameBytes > MAX_NAME_BYTES || name.indexOf('.') == name.length() - 1) {
            throw new IOException("invalid extended attribute \"" + name + "\" in layer");
        }
        if (value.length > MAX_VALUE_BYTES) {
            throw new UnmountableLayerException(
                    "attribute " + name + " has " + value.length + " bytes");
        }
        if (name.equals(CAPABILITY) && !isCapability(value)) {
            throw new IOException("invalid " + CAPABILITY + " in layer");
        }
    }

    private static boolean isCapability(byte[] value) {
        if (value.length < Integer.BYTES) {
            return false;
        }
        int magic = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
        return switch (magic >>> 24) {
            case CAPABILITY_REVISION_2 -> value.length == 20;
            case CAPABILITY_REVISION_3 -> value.length == 24;
            default -> false;
        };
    }
}
