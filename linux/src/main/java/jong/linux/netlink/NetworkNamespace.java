package jong.linux.netlink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;
import org.jspecify.annotations.Nullable;

/**
 * An open network namespace.
 *
 * @param fd keeps it alive; owned by this object
 */
public record NetworkNamespace(Fd fd) implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;

    /** What runs in another namespace. */
    @FunctionalInterface
    public interface Action<T> {
        /** Does it. */
        T run() throws IOException;
    }

    /** Opens a namespace by its file, such as {@code /run/netns/blue}. */
    public static NetworkNamespace open(Path path) throws ErrnoException {
        return new NetworkNamespace(Fd.open(path, OpenHow.reading()));
    }

    /** Opens the namespace that a process is in. */
    public static NetworkNamespace ofProcess(int pid) throws ErrnoException {
        return open(Path.of("/proc", Integer.toString(pid), "ns", "net"));
    }

    /**
     * Runs something in the namespace, on a platform thread that ends with it, so that no other
     * code can find itself in there. About 0.1 ms more than the action.
     *
     * @throws IOException whatever the action threw, or the ErrnoException of setns
     */
    public <T> T call(Action<T> action) throws IOException {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform()
                .name("namespace " + fd)
                .start(() -> {
                    try {
                        enter();
                        result.complete(action.run());
                    } catch (Throwable t) {
                        result.completeExceptionally(t);
                    }
                });
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while in " + fd, e);
        } catch (ExecutionException e) {
            throw rethrow(e.getCause());
        }
    }

    private void enter() throws ErrnoException {
        NativeCall.check(
                NativeCall.of(Syscall.SETNS, fd.number(), CLONE_NEWNET), Syscall.SETNS, fd);
    }

    private static IOException rethrow(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException(cause);
        };
    }

    @Override
    public void close() {
        fd.close();
    }
}
