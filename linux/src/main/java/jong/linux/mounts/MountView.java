package jong.linux.mounts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileName;
import jong.linux.files.OpenHow;
import org.jspecify.annotations.Nullable;

/**
 * A tree of mounts that nobody else sees or changes: a mount namespace without a process. It is
 * gone with this object or, at the latest, with this process, however that ends.
 *
 * <p>Reached through {@link #root()} alone, by descriptors: a file opened with {@link
 * OpenHow#inRoot()} stays inside, whatever symlinks others make meanwhile.
 *
 * <p>Made on a platform thread that enters the new namespace and is thrown away.
 */
public final class MountView implements AutoCloseable {
    private static final int CLONE_NEWNS = 0x20000;
    private static final int CLONE_FS = 0x200;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String ROOT = "/";

    private final Fd namespace;
    private final Directory root;

    private MountView(Fd namespace, Directory root) {
        this.namespace = namespace;
        this.root = root;
    }

    /** Mounts what the view shall show. */
    @FunctionalInterface
    public interface Setup {
        /** Does it; what it mounts, the rest of the system does not see. */
        void run() throws IOException;
    }

    /** Makes the view on its own thread. */
    @FunctionalInterface
    private interface Making {
        MountView run() throws IOException;
    }

    /**
     * A view made in a copy of this process's mounts.
     *
     * @param root an existing directory that {@code setup} mounts something on: the view's root
     */
    public static MountView of(Path root, Setup setup) throws IOException {
        return onNewThread(() -> {
            try (var proc = Directory.open(Path.of("/proc"))) {
                unshare(CLONE_NEWNS); // Which also ends the sharing of root and directory.
                Mounts.propagate(Path.of(ROOT), Propagation.PRIVATE, true);
                setup.run();
                return open(proc, root.toString());
            }
        });
    }

    /**
     * A view of what the processes of another mount namespace see, as it is now: mounts that are
     * made there later do not show.
     *
     * @param namespace its file, as {@code /proc/PID/ns/mnt}
     * @param kept the destinations of mounts that show, with all that is mounted below them: paths
     *     from the root, clean or not, also through symlinks; of the other mounts, save the root,
     *     the directory below shows
     */
    public static MountView copyOf(Fd namespace, List<String> kept) throws IOException {
        // In there, every path is foreign: only system calls, and no code of others.
        return onNewThread(() -> {
            try (var proc = Directory.open(Path.of("/proc"))) {
                unshare(CLONE_FS);
                NativeCall.check(
                        NativeCall.of(Syscall.SETNS, namespace.number(), CLONE_NEWNS),
                        Syscall.SETNS,
                        namespace);
                unshare(CLONE_NEWNS);
                Mounts.propagate(Path.of(ROOT), Propagation.PRIVATE, true);
                try (var root = proc.openDirectory(ROOT, OpenHow.directory());
                        var mounts = KeptMounts.copy(proc, root, table(proc), kept)) {
                    prune(proc);
                    mounts.putBack();
                }
                return open(proc, ROOT);
            }
        });
    }

    /** The root; it stays this object's own. */
    public Directory root() {
        return root;
    }

    @Override
    public void close() {
        root.close();
        namespace.close();
    }

    private static void unshare(int flags) throws ErrnoException {
        NativeCall.check(NativeCall.of(Syscall.UNSHARE, flags), Syscall.UNSHARE, flags);
    }

    private static MountView open(Directory proc, String root) throws ErrnoException {
        var namespace = proc.open("thread-self/ns/mnt", OpenHow.reading());
        try {
            // An absolute path: the directory that it would be relative to has no part in it.
            return new MountView(namespace, proc.openDirectory(root, OpenHow.directory()));
        } catch (ErrnoException e) {
            namespace.close();
            throw e;
        }
    }

    /** Unmounts, the topmost first, and makes sure that nothing escaped it by a race. */
    private static void prune(Directory proc) throws IOException {
        for (MountEntry mount : besidesRoot(proc)) {
            unmount(mount.mountPoint());
        }
        List<MountEntry> left = besidesRoot(proc);
        if (!left.isEmpty()) {
            throw new IOException("cannot leave out the mount at " + left.getFirst().mountPoint());
        }
    }

    private static List<MountEntry> besidesRoot(Directory proc) throws IOException {
        return table(proc).entries().reversed().stream()
                .filter(mount -> !mount.mountPoint().equals(ROOT))
                .toList();
    }

    private static MountTable table(Directory proc) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var file = proc.open("thread-self/mountinfo", OpenHow.reading())) {
            var buffer = ByteBuffer.allocate(BUFFER_BYTES);
            for (int n = file.read(buffer); n > 0; n = file.read(buffer.clear())) {
                bytes.write(buffer.array(), 0, n);
            }
        }
        return MountTable.parse(bytes.toByteArray());
    }

    private static void unmount(String path) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long result =
                    NativeCall.of(
                            Syscall.UMOUNT2,
                            NativeCall.terminated(arena, FileName.encode(path)).address(),
                            MNT_DETACH | UMOUNT_NOFOLLOW);
            NativeCall.check(result, Syscall.UMOUNT2, path);
        }
    }

    private static MountView onNewThread(Making making) throws IOException {
        var result = new CompletableFuture<MountView>();
        Thread.ofPlatform()
                .name("mount view")
                .start(() -> {
                    try {
                        result.complete(making.run());
                    } catch (Throwable t) {
                        result.completeExceptionally(t);
                    }
                });
        try {
            return result.get();
        } catch (InterruptedException e) {
            var _ = result.thenAccept(MountView::close);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while mounting", e);
        } catch (ExecutionException e) {
            throw rethrow(e.getCause());
        }
    }

    private static IOException rethrow(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException(cause);
        };
    }
}
