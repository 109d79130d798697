package jong.linux.processes;

/**
 * How a process ended.
 *
 * @param code what it gave to exit(2), 0–255; 0 when a signal ended it
 * @param signal the signal that ended it; 0 when it exited
 */
public record ExitStatus(int code, int signal) {
    /** As shells tell it: the code, or 128 + the signal. */
    public int shellCode() {
        return signal == 0 ? code : 128 + signal;
    }
}
