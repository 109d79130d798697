package jong.linux;

import java.io.IOException;

/**
 * A system call that the kernel refused: which one, with which arguments, and why.
 *
 * <p>The message reads like Go's: {@code openat2 etc/passwd: no such file or directory}.
 */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1;

    private final String call;
    private final String arguments;
    private final int number;

    /**
     * An error of {@code call}.
     *
     * @param call the system call's name, or for a netlink request its type
     * @param arguments the arguments worth telling, may be empty
     * @param number the positive error number
     */
    public ErrnoException(String call, String arguments, int number) {
        this(call, arguments, number, text(number));
    }

    /**
     * An error that the kernel explained in words (netlink's extended acknowledgement).
     *
     * @param reason the text to show in place of the error number's own
     */
    public ErrnoException(String call, String arguments, int number, String reason) {
        super(call + (arguments.isEmpty() ? "" : " " + arguments) + ": " + reason);
        this.call = call;
        this.arguments = arguments;
        this.number = number;
    }

    /** The system call's name. */
    public String call() {
        return call;
    }

    /** The arguments worth telling, may be empty. */
    public String arguments() {
        return arguments;
    }

    /** Why it was refused; {@link Errno#UNKNOWN} for a number newer than this program. */
    public Errno errno() {
        return Errno.of(number);
    }

    /** The positive error number. */
    public int number() {
        return number;
    }

    private static String text(int number) {
        var errno = Errno.of(number);
        return errno == Errno.UNKNOWN ? "errno " + number : errno.text();
    }
}
