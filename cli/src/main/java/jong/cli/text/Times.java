package jong.cli.text;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** Points in time as docker writes them, put together by hand: formatters are slow to load. */
public final class Times {

    private Times() {}

    /** {@code 2026-11-22 02:27:21 +0000 UTC}, in the zone of this machine. */
    public static String local(long unixSeconds) {
        ZonedDateTime at = Instant.ofEpochSecond(unixSeconds).atZone(ZoneId.systemDefault());
        var text = new StringBuilder(32);
        dateTime(text, at.toLocalDateTime(), ' ');
        text.append(' ');
        offset(text, at.getOffset(), false);
        String zone =
                at.getZone()
                        .getDisplayName(java.time.format.TextStyle.SHORT, java.util.Locale.ROOT);
        boolean utc = at.getOffset().equals(ZoneOffset.UTC);
        return text.append(' ').append(utc ? "UTC" : zone).toString();
    }

    /** {@code 2026-11-22T02:27:21Z} in the zone of this machine (RFC 3339). */
    public static String rfc3339(long unixSeconds) {
        ZonedDateTime at = Instant.ofEpochSecond(unixSeconds).atZone(ZoneId.systemDefault());
        var text = new StringBuilder(32);
        dateTime(text, at.toLocalDateTime(), 'T');
        offset(text, at.getOffset(), true);
        return text.toString();
    }

    /** RFC 3339 with nine digits of a fraction, in the zone of this machine. */
    public static String rfc3339Nanos(long unixNanos) {
        ZonedDateTime at = Instant.ofEpochSecond(0, unixNanos).atZone(ZoneId.systemDefault());
        var text = new StringBuilder(40);
        dateTime(text, at.toLocalDateTime(), 'T');
        text.append('.');
        pad(text, at.getNano(), 9);
        offset(text, at.getOffset(), true);
        return text.toString();
    }

    /** Seconds since 1970 of an RFC 3339 text; 0 if it is none. */
    public static long seconds(String rfc3339) {
        try {
            return java.time.OffsetDateTime.parse(rfc3339).toEpochSecond();
        } catch (java.time.format.DateTimeParseException e) {
            return 0;
        }
    }

    private static void dateTime(StringBuilder out, LocalDateTime at, char separator) {
        pad(out, at.getYear(), 4);
        out.append('-');
        pad(out, at.getMonthValue(), 2);
        out.append('-');
        pad(out, at.getDayOfMonth(), 2);
        out.append(separator);
        pad(out, at.getHour(), 2);
        out.append(':');
        pad(out, at.getMinute(), 2);
        out.append(':');
        pad(out, at.getSecond(), 2);
    }

    private static void offset(StringBuilder out, ZoneOffset offset, boolean colon) {
        int seconds = offset.getTotalSeconds();
        if (colon && seconds == 0) {
            out.append('Z');
            return;
        }
        int minutes = Math.abs(seconds) / 60;
        out.append(seconds < 0 ? '-' : '+');
        pad(out, minutes / 60, 2);
        out.append(colon ? ":" : "");
        pad(out, minutes % 60, 2);
    }

    private static void pad(StringBuilder out, int number, int width) {
        String digits = Integer.toString(number);
        out.repeat('0', Math.max(0, width - digits.length())).append(digits);
    }
}
