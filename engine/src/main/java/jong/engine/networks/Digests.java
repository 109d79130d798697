package jong.engine.networks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What stands for a text where the text itself cannot: two never have the same. */
final class Digests {

    private static final int BYTES_SHOWN = 8;

    private Digests() {}

    /** SHA-256. */
    static byte[] of(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first 16 hexadecimal digits. */
    static String start(String text) {
        return HexFormat.of().formatHex(of(text), 0, BYTES_SHOWN);
    }
}
