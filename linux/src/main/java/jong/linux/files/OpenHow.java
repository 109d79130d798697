package jong.linux.files;

import jong.linux.Arch;

/**
 * How to open a file: {@code struct open_how} of openat2(2). Every descriptor is close-on-exec.
 *
 * <p>Immutable; callers keep theirs in constants. {@link #inRoot}, {@link #beneath}, {@link
 * #withoutSymlinks} and {@link #withoutMagicLinks} bind the resolution of <em>every</em> component.
 *
 * @param flags O_*, as this machine numbers them
 * @param mode permission bits of a file that is created, before the umask
 * @param resolve RESOLVE_*
 */
public record OpenHow(int flags, int mode, int resolve) {
    private static final int O_WRONLY = 1;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int O_NOCTTY = 0x100;
    private static final int O_TRUNC = 0x200;
    private static final int O_APPEND = 0x400;
    private static final int O_NONBLOCK = 0x800;
    private static final boolean ARM = Arch.host() == Arch.AARCH64;
    private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;

    private static final int RESOLVE_NO_XDEV = 0x01;
    private static final int RESOLVE_NO_MAGICLINKS = 0x02;
    private static final int RESOLVE_NO_SYMLINKS = 0x04;
    private static final int RESOLVE_BENEATH = 0x08;
    private static final int RESOLVE_IN_ROOT = 0x10;

    /** O_RDONLY. */
    public static OpenHow reading() {
        return new OpenHow(O_CLOEXEC | O_NOCTTY, 0, 0);
    }

    /** O_WRONLY, of an existing file. */
    public static OpenHow writing() {
        return reading().with(O_WRONLY);
    }

    /** O_RDWR, of an existing file. */
    public static OpenHow readingAndWriting() {
        return reading().with(O_RDWR);
    }

    /** O_RDONLY and O_DIRECTORY. */
    public static OpenHow directory() {
        return reading().with(O_DIRECTORY);
    }

    /** O_PATH: the file's place alone, without the right to read or write it. */
    public static OpenHow path() {
        return new OpenHow(O_CLOEXEC | O_PATH, 0, 0);
    }

    /** Creates the file if it is missing, with these permissions (less the umask). */
    public OpenHow creating(int permissions) {
        return new OpenHow(flags | O_CREAT, permissions, resolve);
    }

    /** With {@link #creating}: EEXIST when anything, a symlink too, has the name. */
    public OpenHow exclusive() {
        return with(O_EXCL);
    }

    /** Empties an existing file. */
    public OpenHow truncating() {
        return with(O_TRUNC);
    }

    /** Writes at the end. */
    public OpenHow appending() {
        return with(O_APPEND);
    }

    /** Does not wait for the other side of a FIFO or device. */
    public OpenHow nonBlocking() {
        return with(O_NONBLOCK);
    }

    /** ELOOP when the last component is a symlink; with {@link #path}, opens the symlink itself. */
    public OpenHow withoutFollowing() {
        return with(O_NOFOLLOW);
    }

    /** ENOTDIR when it is not a directory. */
    public OpenHow onlyDirectory() {
        return with(O_DIRECTORY);
    }

    /** The directory is the root: absolute paths, absolute symlinks and {@code ..} stay below. */
    public OpenHow inRoot() {
        return resolving(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    }

    /** EXDEV when the resolution would leave the directory, even for a moment. */
    public OpenHow beneath() {
        return resolving(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
    }

    /** ELOOP when any component is a symlink. */
    public OpenHow withoutSymlinks() {
        return resolving(RESOLVE_NO_SYMLINKS);
    }

    /** ELOOP when a component is a magic link, as {@code /proc/self/fd/3} is. */
    public OpenHow withoutMagicLinks() {
        return resolving(RESOLVE_NO_MAGICLINKS);
    }

    /** EXDEV when the resolution would cross a mount point. */
    public OpenHow onOneMount() {
        return resolving(RESOLVE_NO_XDEV);
    }

    private OpenHow with(int flag) {
        return new OpenHow(flags | flag, mode, resolve);
    }

    private OpenHow resolving(int flag) {
        return new OpenHow(flags, mode, resolve | flag);
    }
}
