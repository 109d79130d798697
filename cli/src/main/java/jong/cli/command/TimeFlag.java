package jong.cli.command;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import jong.cli.failure.CommandException;
import jong.cli.flags.Durations;

/** Points in time on the command line: a duration before now, RFC 3339, or seconds since 1970. */
public final class TimeFlag {

    private TimeFlag() {}

    /**
     * The text as seconds since 1970, with nine digits of a fraction where it has one.
     *
     * @throws CommandException if it is none
     */
    public static String unix(String text) {
        Long nanos = Durations.parse(text);
        if (nanos != null) {
            Instant at = Instant.now().minusNanos(nanos);
            return Long.toString(at.getEpochSecond());
        }
        if (isSeconds(text)) {
            return text;
        }
        Instant at = parse(text);
        String fraction = Integer.toString(1_000_000_000 + at.getNano()).substring(1);
        return at.getEpochSecond() + "." + fraction;
    }

    private static boolean isSeconds(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isDigit(text.charAt(i)) && text.charAt(i) != '.') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static Instant parse(String text) {
        try {
            if (text.indexOf('T') < 0) {
                return LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant();
            }
            boolean zoned = text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.length() > 24;
            return zoned
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException e) {
            throw new CommandException(
                    "invalid value for \"since\" or \"until\": failed to parse value as time: "
                            + text);
        }
    }
}
