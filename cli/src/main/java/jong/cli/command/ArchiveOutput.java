package jong.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.failure.CommandException;
import jong.cli.terminal.Terminal;

/** Writes an archive that the daemon sends to a file or to standard output. */
public final class ArchiveOutput {

    private ArchiveOutput() {}

    /**
     * Fetches the archive.
     *
     * @param file where to; empty for standard output, which must not be a terminal
     * @throws CommandException if it would go to a terminal or the directory is missing
     */
    public static void save(Session session, Request request, String file) throws IOException {
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
        Path directory = target.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new CommandException(
                    "failed to save image: invalid output path: directory \""
                            + directory
                            + "\" does not exist");
        }
        try (Response archive = session.client().send(request)) {
            save(archive, target, directory);
        }
    }

    /** Writes beside the target first: a broken stream must not leave half an archive there. */
    private static void save(Response archive, Path target, Path directory) throws IOException {
        Path part = Files.createTempFile(directory, ".jong-", ".part");
        try {
            Files.copy(archive.body(), part, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
