package jong.runtime.devices;

/**
 * Which devices a rule is about.
 *
 * @param type {@code c} or {@code b}
 * @param major the major number, −1 for all
 * @param minor the minor number, −1 for all
 */
record DeviceId(char type, long major, long minor) implements Comparable<DeviceId> {

    static final long ALL = -1;

    /** Whether all devices of {@code other} are among these. */
    boolean covers(DeviceId other) {
        return type == other.type
                && (major == ALL || major == other.major)
                && (minor == ALL || minor == other.minor);
    }

    /** Spelled out: a chain of comparators links itself at its first use, in each cold start. */
    @Override
    public int compareTo(DeviceId other) {
        int byType = Character.compare(type, other.type);
        int byMajor = Long.compare(major, other.major);
        return byType != 0 ? byType : byMajor != 0 ? byMajor : Long.compare(minor, other.minor);
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
