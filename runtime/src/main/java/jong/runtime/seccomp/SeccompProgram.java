package jong.runtime.seccomp;

/**
 * A compiled system call filter.
 *
 * @param flags {@code SECCOMP_FILTER_FLAG_} bits
 * @param filter an array of the kernel's {@code struct sock_filter}; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; kilobytes that are not copied.
public record SeccompProgram(int flags, byte[] filter) {}
