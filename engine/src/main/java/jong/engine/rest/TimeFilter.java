package jong.engine.rest;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * The times of filters such as {@code until}: a span before now as Go writes spans, a date with or
 * without a time of day and a zone, or seconds since the epoch.
 */
public final class TimeFilter {

    private static final Pattern PART =
            Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Pattern SPAN = Pattern.compile("([-+]?)((?:" + PART + ")+|0)");
    private static final Pattern SECONDS = Pattern.compile("([0-9]+)(?:\\.([0-9]{1,9}))?");
    private static final Map<String, BigDecimal> NANOS =
            Map.of(
                    "ns", BigDecimal.ONE,
                    "us", new BigDecimal("1e3"),
                    "µs", new BigDecimal("1e3"),
                    "μs", new BigDecimal("1e3"),
                    "ms", new BigDecimal("1e6"),
                    "s", new BigDecimal("1e9"),
                    "m", new BigDecimal("60e9"),
                    "h", new BigDecimal("3600e9"));

    private static final DateTimeFormatter DATE =
            new DateTimeFormatterBuilder()
                    .appendPattern("uuuu-MM-dd['T'HH[:mm[:ss")
                    .optionalStart()
                    .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
                    .optionalEnd()
                    .appendPattern("]]]")
                    .optionalStart()
                    .appendOffset("+HH:MM", "Z")
                    .optionalEnd()
                    .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
                    .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
                    .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
                    .toFormatter()
                    .withResolverStyle(ResolverStyle.STRICT);

    private TimeFilter() {}

    /**
     * The time that a text means; one without a zone is in this host's.
     *
     * @throws InvalidArgument with docker's text, if it means none
     */
    public static Instant parse(String text, Instant now) {
        try {
            Optional<Duration> span = span(text);
            if (span.isPresent()) {
                return now.minus(span.get());
            }
            return text.indexOf('-') < 0 ? epoch(text) : date(text);
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw new InvalidArgument(
                    "failed to parse value as time or duration: \"" + text + "\"", e);
        }
    }

    private static Optional<Duration> span(String text) {
        Matcher whole = SPAN.matcher(text);
        if (!whole.matches()) {
            return Optional.empty();
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(whole.group(2));
        while (part.find()) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(NANOS.get(part.group(2))));
        }
        Duration span = Duration.ofNanos(nanos.toBigInteger().longValueExact());
        return Optional.of(whole.group(1).equals("-") ? span.negated() : span);
    }

    private static Instant epoch(String text) {
        Matcher matcher = SECONDS.matcher(text);
        if (!matcher.matches()) {
            throw new NumberFormatException("neither a span nor a date nor a number");
        }
        String fraction = matcher.group(2) == null ? "" : matcher.group(2);
        return Instant.ofEpochSecond(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(fraction + "0".repeat(9 - fraction.length())));
    }

    private static Instant date(String text) {
        TemporalAccessor date = DATE.parse(text.replace(',', '.'));
        ZoneId zone = date.query(TemporalQueries.offset());
        return LocalDateTime.from(date)
                .atZone(zone == null ? ZoneId.systemDefault() : zone)
                .toInstant();
    }
}
