package jong.cli.text;

/** Sizes, durations and identifiers as docker shows them to people. */
public final class Units {

    private static final String[] DECIMAL = {"B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
    private static final String[] BINARY = {
        "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"
    };
    private static final int SHORT_ID = 12;

    private Units() {}

    /** Bytes in powers of 1000 with three significant digits: {@code 1.98MB}. */
    public static String size(long bytes) {
        return size(bytes, 3);
    }

    /** Bytes in powers of 1000 with {@code digits} significant digits. */
    public static String size(long bytes, int digits) {
        int unit = 0;
        double value = (double) bytes;
        while (value >= 1000 && unit < DECIMAL.length - 1) {
            value /= 1000;
            unit++;
        }
        return general(value, digits) + DECIMAL[unit];
    }

    /** Bytes in powers of 1024 with four significant digits: {@code 1.945GiB}. */
    public static String binarySize(long bytes) {
        int unit = 0;
        double value = (double) bytes;
        while (value >= 1024 && unit < BINARY.length - 1) {
            value /= 1024;
            unit++;
        }
        return general(value, 4) + BINARY[unit];
    }

    /** Seconds in the largest unit that fits, in docker's words: {@code About an hour}. */
    public static String duration(long seconds) {
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        long minutes = seconds / 60;
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        long hours = Math.round(seconds / 3600.0);
        return hours == 1 ? "About an hour" : ofHours(hours);
    }

    /** The first twelve characters of an id, without its algorithm. */
    public static String shortId(String id) {
        int colon = id.indexOf(':');
        String hex = colon < 0 ? id : id.substring(colon + 1);
        return hex.length() > SHORT_ID ? hex.substring(0, SHORT_ID) : hex;
    }

    /** At most {@code width} characters, the last one an ellipsis if something was cut off. */
    public static String ellipsis(String text, int width) {
        if (text.codePointCount(0, text.length()) <= width) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }

    private static String ofHours(long hours) {
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return hours / 24 / 365 + " years";
    }

    /** A number with at most {@code digits} significant digits, as C's {@code %.*g} writes it. */
    private static String general(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        int whole = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
        int decimals = Math.max(0, digits - Math.max(whole, 1));
        double scale = Math.pow(10, decimals);
        long scaled = Math.round(value * scale);
        var text = new StringBuilder();
        long unit = (long) scale;
        text.append(scaled / unit);
        long fraction = scaled % unit;
        if (fraction != 0) {
            String padded = Long.toString(unit + fraction).substring(1);
            int end = padded.length();
            while (padded.charAt(end - 1) == '0') {
                end--;
            }
            text.append('.').append(padded, 0, end);
        }
        return text.toString();
    }
}
