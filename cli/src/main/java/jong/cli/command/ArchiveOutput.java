package jong.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.failure.CommandException;
import jong.cli.terminal.Terminal;

/** Writes an archive that the daemon sends to a file or to standard output. */
public final class ArchiveOutput {

    private static final int FILE_TYPE = 0170000; // S_IFMT
    private static final int REGULAR = 0100000;

    private ArchiveOutput() {}

    /**
     * Fetches the archive.
     *
     * @param file where to; empty for standard output, which must not be a terminal
     * @param what what is done, for errors: {@code save image}
     * @throws CommandException if it would go to a terminal, the directory is missing or the file
     *     is there and not a regular one
     */
    public static void save(Session session, Request request, String file, String what)
            throws IOException {
        if (file.isEmpty()) {
            if (Terminal.isTerminal(1)) {
                throw new CommandException(
                        "cowardly refusing to save to a terminal. Use the -o flag or redirect");
            }
            try (Response archive = session.client().send(request)) {
                archive.body().transferTo(session.out());
                return;
            }
        }
        Path target = Path.of(file).toAbsolutePath();
        Path directory = checkedDirectory(target, what);
        try (Response archive = session.client().send(request)) {
            save(archive, target, directory);
        }
    }

    /**
     * The directory of a target that a new file may take the place of, as docker's client checks
     * it: a rename would replace a device of the host like any other file.
     */
    private static Path checkedDirectory(Path target, String what) throws IOException {
        Path directory = target.getParent();
        if (directory == null) {
            throw refusal(what, "cannot write to a directory");
        }
        if (!Files.isDirectory(directory)) {
            String why = Files.exists(directory) ? "not a directory" : "no such file or directory";
            throw refusal(what, "invalid output path: stat " + directory + ": " + why);
        }
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            int mode = (int) Files.getAttribute(target, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            switch (mode & FILE_TYPE) {
                case REGULAR -> {}
                case 0040000 -> throw refusal(what, "cannot write to a directory");
                case 0120000 -> throw refusal(what, "cannot write to a symbolic link directly");
                case 0010000 -> throw refusal(what, "cannot write to a named pipe (FIFO)");
                case 0140000 -> throw refusal(what, "cannot write to a socket");
                case 0020000 -> throw refusal(what, "cannot write to a character device file");
                case 0060000 -> throw refusal(what, "cannot write to a block device file");
                default -> throw refusal(what, "unknown file mode");
            }
        }
        return directory;
    }

    private static CommandException refusal(String what, String why) {
        return new CommandException("failed to " + what + ": " + why);
    }

    /** Writes beside the target first: a broken stream must not leave half an archive there. */
    private static void save(Response archive, Path target, Path directory) throws IOException {
        Path part = Files.createTempFile(directory, ".jong-", ".part");
        try {
            Files.copy(archive.body(), part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
