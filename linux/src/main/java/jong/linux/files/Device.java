package jong.linux.files;

/** Device numbers in the form of {@code dev_t}: 12 bits of the major number, 20 of the minor. */
public final class Device {
    private Device() {}

    /** The device number, as mknodat(2) takes it. */
    public static long of(int major, int minor) {
        long high = major & 0xffffffffL;
        long low = minor & 0xffffffffL;
        return ((high & 0xfff) << 8)
                | ((high & ~0xfffL) << 32)
                | (low & 0xff)
                | ((low & ~0xffL) << 12);
    }

    /** The major part. */
    public static int major(long device) {
        return (int) ((device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL));
    }

    /** The minor part. */
    public static int minor(long device) {
        return (int) ((device & 0xff) | (device >>> 12 & ~0xffL));
    }
}
