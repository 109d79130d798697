package jong.wire.pem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;

/**
 * A private key in one of its encodings. The JDK reads PKCS #8 alone, so that the others are put
 * into that.
 */
final class EncodedKey {

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;

    /** The curve of a SEC 1 key (RFC 5915 §3). */
    private static final int PARAMETERS = 0xa0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");
    private static final byte[] ELLIPTIC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private final String label;
    private final byte[] der;

    /**
     * Takes a key as it is in its file.
     *
     * @param label tells the encoding, such as {@code EC PRIVATE KEY}
     */
    EncodedKey(String label, byte[] der) {
        this.label = label;
        this.der = der;
    }

    /** The key of a file, which is named if it cannot be decoded. */
    PrivateKey decode(Path file) throws IOException {
        byte[] pkcs8 =
                switch (label) {
                    case "PRIVATE KEY" -> der;
                    case "RSA PRIVATE KEY" -> wrapped(RSA);
                    case "EC PRIVATE KEY" -> wrapped(joined(ELLIPTIC, curve(file)));
                    default -> throw new IOException(file + ": " + label + " is not supported");
                };
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException _) {
                // One of the others.
            } catch (GeneralSecurityException e) {
                throw new IOException("cannot read private key " + file, e);
            }
        }
        throw new IOException("private key " + file + " is of no kind known here");
    }

    /** PKCS #8 (RFC 5208): a version, the algorithm, the key as it was. */
    private byte[] wrapped(byte[] algorithm) {
        return value(
                SEQUENCE,
                joined(joined(VERSION_0, value(SEQUENCE, algorithm)), value(OCTET_STRING, der)));
    }

    /** Finds the curve: after a version and the secret, before the public key. */
    private byte[] curve(Path file) throws IOException {
        try {
            ByteBuffer fields = content(ByteBuffer.wrap(der), SEQUENCE);
            content(fields, INTEGER);
            content(fields, OCTET_STRING);
            ByteBuffer curve = content(fields, PARAMETERS);
            byte[] bytes = new byte[curve.remaining()];
            curve.get(bytes);
            return bytes;
        } catch (IllegalArgumentException | BufferUnderflowException _) {
            // The cause's text may hold parts of the secret.
            throw new IOException("private key " + file + " is malformed, or names no curve");
        }
    }

    /** Passes the DER value at the buffer's position, which must have that tag. */
    private static ByteBuffer content(ByteBuffer in, int tag) {
        if ((in.get() & 0xff) != tag) {
            throw new IllegalArgumentException("another tag");
        }
        int length = in.get() & 0xff;
        if (length > 0x80) {
            int bytes = length - 0x80;
            length = 0;
            for (int i = 0; i < bytes && length < 1 << 16; i++) {
                length = (length << 8) | (in.get() & 0xff);
            }
        }
        ByteBuffer content = in.slice();
        content.limit(length);
        in.position(in.position() + length);
        return content;
    }

    /** A DER value: its tag, its length, its content. */
    private static byte[] value(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else if (length < 0x10000) {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        } else {
            throw new IllegalArgumentException("a key of " + length + " bytes");
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(first);
        out.writeBytes(second);
        return out.toByteArray();
    }
}
