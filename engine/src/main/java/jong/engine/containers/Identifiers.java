package jong.engine.containers;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Docker's identifiers: 64 hexadecimal digits, random. */
public final class Identifiers {

    private static final int BYTES = 32;
    private static final int SHORT = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Identifiers() {}

    /** A new one. Its short form is never all digits, for that could be taken for a number. */
    public static String random() {
        byte[] bytes = new byte[BYTES];
        String id;
        do {
            RANDOM.nextBytes(bytes);
            id = HexFormat.of().formatHex(bytes);
        } while (id.substring(0, SHORT).chars().allMatch(Character::isDigit));
        return id;
    }
}
