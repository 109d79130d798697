package jong.runtime.devices;

import java.util.Comparator;

/**
 * Which devices a rule is about.
 *
 * @param type {@code c} or {@code b}
 * @param major the major number, −1 for all
 * @param minor the minor number, −1 for all
 */
record DeviceId(char type, long major, long minor) implements Comparable<DeviceId> {

    static final long ALL = -1;

    private static final Comparator<DeviceId> ORDER =
            Comparator.comparingInt(DeviceId::type)
                    .thenComparingLong(DeviceId::major)
                    .thenComparingLong(DeviceId::minor);

    /** Whether all devices of {@code other} are among these. */
    boolean covers(DeviceId other) {
        return type == other.type
                && (major == ALL || major == other.major)
                && (minor == ALL || minor == other.minor);
    }

    @Override
    public int compareTo(DeviceId other) {
        return ORDER.compare(this, other);
    }

    /** As device cgroups write it: {@code c 1:3}, {@code b *:*}. */
    @Override
    public String toString() {
        return type + " " + number(major) + ":" + number(minor);
    }

    /** As systemd writes it: {@code /dev/char/1:3}, {@code char-136}, {@code block-*}. */
    String unitName() {
        String group = type == 'b' ? "block" : "char";
        return minor == ALL
                ? group + "-" + number(major)
                : "/dev/" + group + "/" + major + ":" + minor;
    }

    private static String number(long number) {
        return number == ALL ? "*" : Long.toString(number);
    }
}
