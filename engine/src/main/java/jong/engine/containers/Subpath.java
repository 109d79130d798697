package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Path;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/**
 * A part of a volume or image, which containers may fill with symlinks, and change while it is
 * looked up: it is opened in one system call that never leaves the base, not even for a moment.
 */
final class Subpath {

    private static final OpenHow BENEATH = OpenHow.path().beneath();

    /** The kernel gives up when somebody renames meanwhile, and wants to be asked again. */
    private static final int ATTEMPTS = 100;

    private Subpath() {}

    /**
     * Opens it.
     *
     * @throws InvalidArgument if it leads out of the base
     * @throws NotFound if it does not exist
     */
    static Fd open(Path base, String subpath) throws IOException {
        try (Directory directory = Directory.open(base)) {
            for (int attempt = 1; ; attempt++) {
                try {
                    return directory.open(subpath, BENEATH);
                } catch (ErrnoException e) {
                    if (e.errno() != Errno.EAGAIN || attempt == ATTEMPTS) {
                        throw refusal(base, subpath, e);
                    }
                }
            }
        }
    }

    private static StatusException refusal(Path base, String subpath, ErrnoException reason) {
        Path path = base.resolve(subpath);
        return switch (reason.errno()) {
            case EXDEV ->
                    new InvalidArgument(
                            "path concatenation escapes the base directory, base: "
                                    + base
                                    + ", subpath: "
                                    + subpath,
                            reason);
            case ENOENT, ENOTDIR ->
                    new NotFound(
                            "cannot access path " + path + ": lstat " + path + ": " + why(reason),
                            reason);
            case ELOOP ->
                    new Internal(
                            "error while resolving symlinks in combined path \""
                                    + path
                                    + "\": EvalSymlinks: too many links",
                            reason);
            default -> new Internal("cannot open " + path + ": " + why(reason), reason);
        };
    }

    private static String why(ErrnoException reason) {
        return reason.errno().text();
    }
}
