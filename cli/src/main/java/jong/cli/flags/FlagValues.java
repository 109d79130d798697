package jong.cli.flags;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Reads the values of flags with the rules of Go and of docker's own types. */
public final class FlagValues {

    private static final String BYTE_UNITS = "kmgtp";

    private FlagValues() {}

    /** Go's {@code strconv.ParseBool}; null if it is none. */
    static @Nullable Boolean parseBool(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> Boolean.TRUE;
            case "0", "f", "F", "false", "FALSE", "False" -> Boolean.FALSE;
            default -> null;
        };
    }

    /**
     * A size such as {@code 64m} or {@code 1.5g} in bytes; units are powers of 1024, -1 is allowed.
     *
     * @throws FlagException if it is none
     */
    public static long bytes(String text, String flag) {
        int end = text.length();
        while (end > 0 && !isNumeric(text.charAt(end - 1))) {
            end--;
        }
        String suffix = text.substring(end).strip().toLowerCase(java.util.Locale.ROOT);
        double number;
        try {
            number = Double.parseDouble(text.substring(0, end).strip());
        } catch (NumberFormatException e) {
            throw FlagException.invalid(text, flag, "invalid size: '" + text + "'");
        }
        if (number < 0 && number != -1) {
            throw FlagException.invalid(text, flag, "invalid size: '" + text + "'");
        }
        return (long) (number * factor(text, suffix, flag));
    }

    /**
     * A duration such as {@code 1m30s} or {@code 1.5h} in nanoseconds, as Go's {@code
     * time.ParseDuration}.
     *
     * @throws FlagException if it is none
     */
    public static long durationNanos(String text, String flag) {
        Long nanos = Durations.parse(text);
        if (nanos == null) {
            throw FlagException.invalid(text, flag, "time: invalid duration \"" + text + "\"");
        }
        return nanos;
    }

    /**
     * A number of CPUs such as {@code 0.5} in billionths.
     *
     * @throws FlagException if it is none or finer than a billionth
     */
    public static long nanoCpus(String text, String flag) {
        try {
            BigDecimal nanos = new BigDecimal(text).movePointRight(9);
            BigInteger whole = nanos.toBigIntegerExact();
            return whole.longValueExact();
        } catch (NumberFormatException e) {
            throw FlagException.invalid(
                    text, flag, "failed to parse " + text + " as a rational number");
        } catch (ArithmeticException e) {
            throw FlagException.invalid(text, flag, "value is too precise");
        }
    }

    private static boolean isNumeric(char c) {
        return (c >= '0' && c <= '9') || c == '.';
    }

    private static double factor(String text, String suffix, String flag) {
        if (suffix.isEmpty() || suffix.equals("b")) {
            return 1;
        }
        int power = BYTE_UNITS.indexOf(suffix.charAt(0));
        String rest = suffix.substring(1);
        if (power < 0 || !(rest.isEmpty() || rest.equals("b") || rest.equals("ib"))) {
            throw FlagException.invalid(text, flag, "invalid suffix: '" + suffix + "'");
        }
        return Math.pow(1024, power + 1);
    }
}
