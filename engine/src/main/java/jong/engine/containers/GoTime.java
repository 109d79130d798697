package jong.engine.containers;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Times as Go writes them: {@code RFC3339Nano}, with fractions without trailing zeros. */
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

    /** A length of time as Go prints it: {@code 1m30s}, {@code 1.5s}, {@code 500ms}, {@code 0s}. */
    static String length(Duration time) {
        long nanos = time.toNanos();
        if (nanos != 0 && nanos < 1_000) {
            return nanos + "ns";
        }
        if (nanos != 0 && nanos < 1_000_000) {
            return decimal(nanos, 3) + "\u00b5s";
        }
        if (nanos != 0 && nanos < 1_000_000_000) {
            return decimal(nanos, 6) + "ms";
        }
        long minutes = time.toMinutes();
        String text = decimal(time.minusMinutes(minutes).toNanos(), 9) + "s";
        if (minutes > 0) {
            text = minutes % 60 + "m" + text;
        }
        return minutes >= 60 ? minutes / 60 + "h" + text : text;
    }

    private static String decimal(long value, int places) {
        return BigDecimal.valueOf(value, places).stripTrailingZeros().toPlainString();
    }

    static @Nullable Instant parse(String text) {
        return text.isEmpty() || text.equals(ZERO) ? null : OffsetDateTime.parse(text).toInstant();
    }
}
