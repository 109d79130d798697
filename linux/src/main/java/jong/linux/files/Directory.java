package jong.linux.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;

/**
 * An open directory, and what can be done to the names in it.
 *
 * <p>Two kinds of methods, and no third: {@link #open(String, OpenHow)} and {@link
 * #openDirectory(String, OpenHow)} resolve a path, confined by their {@link OpenHow}; all others
 * take a <em>single name</em> (EINVAL for "", ".", ".." and anything with a slash) and never follow
 * it if it is a symlink. So below a root nothing outside it can be touched:
 *
 * {@snippet :
 * try (var root = Directory.open(snapshot);
 *         var parent = root.openDirectory("usr/share", OpenHow.directory().inRoot())) {
 *     parent.makeDirectory("doc", 0755);
 *     try (var file = parent.create("README", 0644)) {
 *         file.writeFully(bytes);
 *     }
 * }
 * }
 *
 * <p>Permissions given to methods that create something are lessened by the umask.
 */
public final class Directory implements AutoCloseable {
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;
    private static final int LONGEST_LINK = 4096;
    private static final long FS_IOC_GETFLAGS = 0x80086601L;
    private static final long FS_IOC_SETFLAGS = 0x40086602L;
    private static final int FS_TOPDIR_FL = 0x20000;
    private static final OpenHow NEW_FILE =
            OpenHow.writing().exclusive().withoutFollowing().withoutMagicLinks();
    private static final OpenHow NAME = OpenHow.path().withoutFollowing();

    private final Fd fd;

    private Directory(Fd fd) {
        this.fd = fd;
    }

    /** Opens a directory by a path of this program's own choosing. */
    public static Directory open(Path path) throws ErrnoException {
        return new Directory(Fd.open(path, OpenHow.directory()));
    }

    /** The directory's descriptor, which stays this object's own. */
    public Fd fd() {
        return fd;
    }

    /** Opens a path that starts here. */
    public Fd open(String path, OpenHow how) throws ErrnoException {
        return Fd.openAt(fd.number(), path, how);
    }

    /** Opens a directory by a path that starts here. */
    public Directory openDirectory(String path, OpenHow how) throws ErrnoException {
        return new Directory(open(path, how.onlyDirectory()));
    }

    /** Creates a regular file for writing; EEXIST when anything has the name. */
    public Fd create(String name, int permissions) throws ErrnoException {
        return open(single(name), NEW_FILE.creating(permissions));
    }

    /** Creates a directory. */
    public void makeDirectory(String name, int permissions) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long path = FileName.allocate(arena, single(name)).address();
            check(
                    NativeCall.of(Syscall.MKDIRAT, fd.number(), path, permissions),
                    Syscall.MKDIRAT,
                    name);
        }
    }

    /**
     * Creates a device, FIFO, socket or empty file.
     *
     * @param device the number of a device (see {@link Device}), else 0
     */
    public void makeNode(String name, FileType type, int permissions, long device)
            throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long path = FileName.allocate(arena, single(name)).address();
            int mode = type.bits() | permissions;
            check(
                    NativeCall.of(Syscall.MKNODAT, fd.number(), path, mode, device),
                    Syscall.MKNODAT,
                    name);
        }
    }

    /** Creates a symlink; the target is stored as it is. */
    public void makeSymlink(String name, String target) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long path = FileName.allocate(arena, single(name)).address();
            long text = FileName.allocate(arena, target).address();
            check(
                    NativeCall.of(Syscall.SYMLINKAT, text, fd.number(), path),
                    Syscall.SYMLINKAT,
                    name);
        }
    }

    /** Gives the file {@code source} of {@code directory}, a symlink too, a further name here. */
    public void makeLink(String name, Directory directory, String source) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long from = FileName.allocate(arena, single(source)).address();
            long to = FileName.allocate(arena, single(name)).address();
            long result =
                    NativeCall.of(Syscall.LINKAT, directory.fd.number(), from, fd.number(), to, 0);
            NativeCall.check(result, Syscall.LINKAT, directory.path(source), path(name));
        }
    }

    /** Removes a name that is not a directory. */
    public void unlink(String name) throws ErrnoException {
        remove(name, 0);
    }

    /** Removes an empty directory. */
    public void removeDirectory(String name) throws ErrnoException {
        remove(name, AT_REMOVEDIR);
    }

    /** Moves a name of this directory to another, replacing what is there. */
    public void rename(String name, Directory target, String newName) throws ErrnoException {
        rename(name, target, newName, 0);
    }

    /** As {@link #rename(String, Directory, String)}, but EEXIST when the new name is taken. */
    public void renameWithoutReplacing(String name, Directory target, String newName)
            throws ErrnoException {
        rename(name, target, newName, RENAME_NOREPLACE);
    }

    /** Swaps two names in one step. */
    public void exchange(String name, Directory target, String other) throws ErrnoException {
        rename(name, target, other, RENAME_EXCHANGE);
    }

    /** What a symlink says. */
    public String readSymlink(String name) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long path = FileName.allocate(arena, single(name)).address();
            var text = arena.allocate(LONGEST_LINK);
            long length =
                    NativeCall.of(
                            Syscall.READLINKAT, fd.number(), path, text.address(), LONGEST_LINK);
            check(length, Syscall.READLINKAT, name);
            return FileName.decode(text.asSlice(0, length).toArray(JAVA_BYTE));
        }
    }

    /** What the name is, itself, when it is a symlink. */
    public Stat stat(String name) throws ErrnoException {
        return Fd.statAt(fd.number(), single(name), AT_SYMLINK_NOFOLLOW, path(name));
    }

    /** As {@link #stat}, but empty when nothing has the name. */
    public Optional<Stat> statIfExists(String name) throws ErrnoException {
        try {
            return Optional.of(stat(name));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Changes the owner; -1 leaves one as it is. */
    public void changeOwner(String name, int uid, int gid) throws ErrnoException {
        Fd.changeOwnerAt(fd.number(), single(name), uid, gid, AT_SYMLINK_NOFOLLOW, path(name));
    }

    /** Sets the permission bits, the umask notwithstanding; EOPNOTSUPP for a symlink. */
    public void changeMode(String name, int permissions) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long path = FileName.allocate(arena, single(name)).address();
            long result =
                    NativeCall.of(
                            Syscall.FCHMODAT2, fd.number(), path, permissions, AT_SYMLINK_NOFOLLOW);
            if (result == -Errno.ENOSYS.number()) { // Before Linux 6.6.
                changeModeByLink(name, permissions);
                return;
            }
            check(result, Syscall.FCHMODAT2, name);
        }
    }

    /**
     * Sets the times of the name itself, nanoseconds since the epoch; {@code Long.MIN_VALUE} leaves
     * one as it is.
     */
    public void setTimes(String name, long accessNanos, long modificationNanos)
            throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long path = FileName.allocate(arena, single(name)).address();
            long times = Fd.timespecs(arena, accessNanos, modificationNanos).address();
            check(
                    NativeCall.of(Syscall.UTIMENSAT, fd.number(), path, times, AT_SYMLINK_NOFOLLOW),
                    Syscall.UTIMENSAT,
                    name);
        }
    }

    /** Sets an extended attribute of the name itself. */
    public void setAttribute(String name, String attribute, byte[] value) throws ErrnoException {
        try (var file = open(single(name), NAME)) {
            file.attributes().set(attribute, value);
        }
    }

    /**
     * Says that the directories in this one have nothing to do with each other, so that ext4 lays
     * the files of each into a part of the disk of their own (chattr(1), {@code T}): writing to
     * several of them at once does not contend then.
     *
     * @return whether the mark is set; most file systems know none, and it may not be allowed
     */
    public boolean spreadContents() {
        try (var arena = Arena.ofConfined()) {
            var flags = arena.allocate(JAVA_LONG); // The kernel takes an int, the call says long.
            ioctl(FS_IOC_GETFLAGS, flags);
            flags.set(JAVA_INT, 0, flags.get(JAVA_INT, 0) | FS_TOPDIR_FL);
            ioctl(FS_IOC_SETFLAGS, flags);
            return true;
        } catch (ErrnoException _) {
            return false;
        }
    }

    /**
     * All names but "." and "..", in the file system's order, for who does not keep them: see
     * {@link #listing} and {@link DirectoryReader} for directories of foreign trees.
     *
     * @throws ErrnoException ENOMEM if there are too many
     */
    public List<DirectoryEntry> list() throws ErrnoException {
        try (var listing = DirectoryListing.of(fd)) {
            return listing.entries();
        }
    }

    /**
     * All names, counted as held in memory until the result is closed.
     *
     * @throws ErrnoException ENOMEM if there are too many
     */
    public DirectoryListing listing() throws ErrnoException {
        return DirectoryListing.of(fd);
    }

    /** Removes the name and, when it is a directory, all below it; nothing when it is missing. */
    public void removeTree(String name) throws ErrnoException {
        TreeRemoval.remove(this, name);
    }

    /** Returns once the directory's names are on disk. */
    public void sync() throws ErrnoException {
        fd.sync();
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return fd.toString();
    }

    private void ioctl(long request, MemorySegment argument) throws ErrnoException {
        NativeCall.check(
                NativeCall.of(Syscall.IOCTL, fd.number(), request, argument.address()),
                Syscall.IOCTL,
                fd);
    }

    private void remove(String name, int flags) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long path = FileName.allocate(arena, single(name)).address();
            check(
                    NativeCall.of(Syscall.UNLINKAT, fd.number(), path, flags),
                    Syscall.UNLINKAT,
                    name);
        }
    }

    private void rename(String name, Directory target, String newName, int flags)
            throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long from = FileName.allocate(arena, single(name)).address();
            long to = FileName.allocate(arena, single(newName)).address();
            long result =
                    NativeCall.of(
                            Syscall.RENAMEAT2, fd.number(), from, target.fd.number(), to, flags);
            NativeCall.check(result, Syscall.RENAMEAT2, path(name), target.path(newName));
        }
    }

    private void changeModeByLink(String name, int permissions) throws ErrnoException {
        try (var file = open(name, NAME);
                var arena = Arena.ofConfined()) {
            if (file.stat().type() == FileType.SYMLINK) {
                throw new ErrnoException("fchmodat", path(name), Errno.EOPNOTSUPP.number());
            }
            long link = FileName.allocate(arena, file.procPath()).address();
            check(NativeCall.of(Syscall.FCHMODAT, -1, link, permissions), Syscall.FCHMODAT, name);
        }
    }

    private static String single(String name) throws ErrnoException {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
            throw new ErrnoException("name", "\"" + name + "\"", Errno.EINVAL.number());
        }
        return name;
    }

    private void check(long result, Syscall call, String name) throws ErrnoException {
        if (result < 0) {
            throw NativeCall.failure(result, call, path(name));
        }
    }

    private String path(String name) {
        return fd + "/" + name;
    }
}
