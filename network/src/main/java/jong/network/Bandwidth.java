package jong.network;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How fast an endpoint may send and receive.
 *
 * @param ingress what comes to the sandbox, bits per second; 0 without a limit
 * @param egress what the sandbox sends, bits per second; 0 without a limit
 */
public record Bandwidth(long ingress, long egress) {
    /** The option that limits what comes to the sandbox. */
    public static final String INGRESS = "jong.bandwidth.ingress";

    /** The option that limits what the sandbox sends. */
    public static final String EGRESS = "jong.bandwidth.egress";

    /** As fast as it goes. */
    public static final Bandwidth UNLIMITED = new Bandwidth(0, 0);

    private static final Pattern RATE = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)([kmgt]?)bit");
    private static final String UNITS = "kmgt";
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final long LEAST = 8000; // A byte each millisecond.
    private static final long MOST = 10_000_000_000_000L;

    /**
     * Checks the rates.
     *
     * @throws IllegalArgumentException for one that is neither 0 nor 8 kbit/s to 10 Tbit/s
     */
    public Bandwidth {
        requireSensible(ingress);
        requireSensible(egress);
    }

    /**
     * Reads {@code jong.bandwidth.ingress} and {@code jong.bandwidth.egress} of an endpoint's
     * options, each a number with {@code bit}, {@code kbit}, {@code mbit}, {@code gbit} or {@code
     * tbit} (per second; a kbit is 1000 bits, as in tc). Other options are overlooked.
     *
     * @throws IllegalArgumentException telling the option and what it may be
     */
    public static Bandwidth of(Map<String, String> options) {
        return new Bandwidth(rate(options, INGRESS), rate(options, EGRESS));
    }

    private static long rate(Map<String, String> options, String name) {
        String text = options.getOrDefault(name, "");
        if (text.isEmpty()) {
            return 0;
        }
        var matcher = RATE.matcher(text.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            int thousands = matcher.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(matcher.group(2));
            var number = new BigDecimal(matcher.group(1));
            long bits = number.multiply(THOUSAND.pow(thousands)).longValue();
            if (bits >= LEAST && bits <= MOST) {
                return bits;
            }
        }
        throw new IllegalArgumentException(
                "invalid "
                        + name
                        + " \""
                        + text
                        + "\": wanted is a rate of 8kbit to 10tbit, such as 10mbit or 1.5gbit");
    }

    private static void requireSensible(long rate) {
        if (rate != 0 && (rate < LEAST || rate > MOST)) {
            throw new IllegalArgumentException("invalid bandwidth: " + rate + " bit/s");
        }
    }
}
