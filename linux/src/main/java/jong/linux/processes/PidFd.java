package jong.linux.processes;

import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;
import jong.linux.files.Fd;

/**
 * A process held by a descriptor, so that its id cannot come to mean another process
 * (pidfd_open(2)).
 *
 * @param pid the id it had when opened
 * @param fd the descriptor, owned by this object
 */
public record PidFd(int pid, Fd fd) implements AutoCloseable {
    /**
     * Opens a process by its id.
     *
     * @throws ErrnoException ESRCH when there is none
     */
    public static PidFd open(int pid) throws ErrnoException {
        long result = NativeCall.of(Syscall.PIDFD_OPEN, pid, 0);
        NativeCall.check(result, Syscall.PIDFD_OPEN, pid);
        return new PidFd(pid, new Fd((int) result, "pid " + pid));
    }

    /**
     * Opens a process by its id, if it is the one that started then.
     *
     * @param startTime see {@link ProcessTimes#startTime}
     * @throws ErrnoException ESRCH when it has ended, even if the id is in use again
     */
    public static PidFd open(int pid, long startTime) throws ErrnoException {
        var opened = open(pid);
        // Read after opening: if it is right now, the descriptor is that process's.
        if (ProcessTimes.startTime(pid) != startTime) {
            opened.close();
            throw new ErrnoException("pidfd_open", Integer.toString(pid), Errno.ESRCH.number());
        }
        return opened;
    }

    /**
     * Sends a signal by number; 0 only checks.
     *
     * @throws ErrnoException ESRCH when the process has ended
     */
    public void signal(int signal) throws ErrnoException {
        long result = NativeCall.of(Syscall.PIDFD_SEND_SIGNAL, fd.number(), signal, 0, 0);
        NativeCall.check(result, Syscall.PIDFD_SEND_SIGNAL, pid, signal);
    }

    @Override
    public void close() {
        fd.close();
    }
}
