package jong.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;

/** Facts about the running kernel and this process. */
public final class Kernel {
    private Kernel() {}

    /**
     * The kernel's release, such as {@code 6.1.0-18-amd64}.
     *
     * @throws IOException when /proc cannot be read
     */
    public static String release() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    }

    /** The effective user id of this process; 0 for root. */
    public static int effectiveUid() {
        return (int) NativeCall.of(Syscall.GETEUID);
    }
}
