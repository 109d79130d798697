package jong.runtime.seccomp;

/**
 * A compiled system call filter.
 *
 * @param flags {@code SECCOMP_FILTER_FLAG_} bits
 * @param filter an array of the kernel's {@code struct sock_filter}; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; kilobytes that are not copied.
public record SeccompProgram(int flags, byte[] filter) {

    /** {@code SECCOMP_FILTER_FLAG_NEW_LISTENER}. */
    static final int NEW_LISTENER = 1 << 3;

    /** Whether some calls are left to a listener to decide. */
    public boolean notifies() {
        return (flags & NEW_LISTENER) != 0;
    }
}
