package jong.cli.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import jong.cli.failure.CommandException;

/** Local paths as sources and destinations of {@code cp}. */
final class LocalSide {

    private static final int MOST_LINKS = 10;

    private LocalSide() {}

    /** From the root, its end kept. */
    static String absolute(String path) {
        String whole = path.startsWith("/") ? path : Path.of("").toAbsolutePath() + "/" + path;
        return CopyPath.keepEnd(CopyPath.clean(whole), path);
    }

    /**
     * What is to be copied.
     *
     * @param follow whether a symlink at the end stands for what it leads to
     */
    static CopySide source(String path, boolean follow) throws IOException {
        try {
            if (follow) {
                String real = Path.of(path).toRealPath().toString();
                return found(CopyPath.keepEnd(real, path), CopyPath.base(path));
            }
            String clean = CopyPath.clean(path);
            String parent = Path.of(CopyPath.parent(clean)).toRealPath().toString();
            String whole = CopyPath.clean(parent + "/" + CopyPath.base(clean));
            return found(CopyPath.keepEnd(whole, path), "");
        } catch (NoSuchFileException e) {
            throw new CommandException("lstat " + e.getFile() + ": no such file or directory");
        }
    }

    private static CopySide found(String path, String asked) throws IOException {
        boolean followed = CopyPath.saysDirectory(path);
        LinkOption[] options =
                followed ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        if (!Files.exists(Path.of(path), options)) {
            throw new NoSuchFileException(path);
        }
        boolean renamed = !asked.isEmpty() && !asked.equals(CopyPath.base(path));
        boolean isDirectory = Files.isDirectory(Path.of(path), options);
        return new CopySide(path, true, isDirectory, renamed ? asked : "");
    }

    /** Where something is to go; symlinks at the end are followed. */
    static CopySide target(String path) throws IOException {
        checkOutput(path);
        String next = path;
        for (int links = 0; Files.isSymbolicLink(Path.of(next)); links++) {
            if (links > MOST_LINKS) {
                throw new CommandException("too many symlinks in " + path);
            }
            String link = Files.readSymbolicLink(Path.of(next)).toString();
            String parent = CopyPath.entryParent(next);
            next = link.startsWith("/") ? link : CopyPath.clean(parent + "/" + link);
        }
        boolean exists = Files.exists(Path.of(next), LinkOption.NOFOLLOW_LINKS);
        String parent = CopyPath.entryParent(next);
        if (!exists && !Files.isDirectory(Path.of(parent))) {
            throw new CommandException("stat " + parent + ": no such file or directory");
        }
        return new CopySide(next, exists, Files.isDirectory(Path.of(next)), "");
    }

    private static void checkOutput(String path) {
        String parent = CopyPath.parent(CopyPath.clean(path));
        if (!Files.exists(Path.of(parent))) {
            throw new CommandException(
                    "invalid output path: directory \"" + parent + "\" does not exist");
        }
        Path target = Path.of(path);
        boolean usual = Files.isRegularFile(target) || Files.isDirectory(target);
        if (Files.exists(target) && !usual) {
            throw new CommandException(
                    "invalid output path: \""
                            + path
                            + "\" must be a directory or a regular file:"
                            + " got a device");
        }
    }
}
