package jong.runtime.monitor;

import java.io.IOException;
import jong.linux.Errno;

/** What the native program could not do: which operation of the plan, on what, and why. */
public final class MonitorException extends IOException {

    private static final long serialVersionUID = 1L;

    /** The index of an error that belongs to no operation. */
    public static final int NO_OPERATION = -1;

    private final int index;
    private final int code;
    private final int number;
    private final String detail;

    /**
     * A failure as the native program told it.
     *
     * @param index the failing operation's place in the plan, or {@link #NO_OPERATION}
     * @param code its code
     * @param number the kernel's error number
     * @param detail the path or word that it was working on
     */
    public MonitorException(int index, int code, int number, String detail) {
        super(detail + ": " + reason(number));
        this.index = index;
        this.code = code;
        this.number = number;
        this.detail = detail;
    }

    private static String reason(int number) {
        Errno errno = Errno.of(number);
        return errno == Errno.UNKNOWN ? "errno " + number : errno.text();
    }

    /** The failing operation's place in the plan, or {@link #NO_OPERATION}. */
    public int index() {
        return index;
    }

    /** The failing operation's code. */
    public int code() {
        return code;
    }

    /** The kernel's error number. */
    public int number() {
        return number;
    }

    /** The path or word that the operation was working on. */
    public String detail() {
        return detail;
    }
}
