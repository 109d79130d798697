package jong.engine.containers;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Times as Go's {@code RFC3339Nano} writes them: fractions without trailing zeros. */
final class GoTime {

    /** Go's zero time, which docker shows for "never". */
    static final String ZERO = "0001-01-01T00:00:00Z";

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    private GoTime() {}

    static String format(@Nullable Instant time) {
        if (time == null) {
            return ZERO;
        }
        OffsetDateTime utc = time.atOffset(ZoneOffset.UTC);
        String text = SECONDS.format(utc);
        if (utc.getNano() == 0) {
            return text + "Z";
        }
        String fraction = String.format("%09d", utc.getNano());
        int end = fraction.length();
        while (fraction.charAt(end - 1) == '0') {
            end--;
        }
        return text + "." + fraction.substring(0, end) + "Z";
    }

    static @Nullable Instant parse(String text) {
        return text.isEmpty() || text.equals(ZERO) ? null : OffsetDateTime.parse(text).toInstant();
    }
}
