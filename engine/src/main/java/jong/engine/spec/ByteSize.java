package jong.engine.spec;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.wire.status.StatusException.InvalidArgument;

/** Numbers of bytes as users write them: {@code 10m}, {@code 1.5GiB}, in multiples of 1024. */
public final class ByteSize {

    private static final Pattern SIZE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([kmgtp]?)i?b?");
    private static final String UNITS = "kmgtp";

    private ByteSize() {}

    /**
     * Reads a size as docker does ({@code units.RAMInBytes}).
     *
     * @throws InvalidArgument with docker's text
     */
    public static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new InvalidArgument("invalid size: '" + text + "'");
        }
        double number = Double.parseDouble(matcher.group(1));
        String unit = matcher.group(2);
        int power = unit.isEmpty() ? 0 : UNITS.indexOf(unit) + 1;
        return (long) (number * Math.pow(1024, power));
    }
}
