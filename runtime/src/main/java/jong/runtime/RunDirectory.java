package jong.runtime;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** What lies in run directories besides the record and the monitor's files. */
final class RunDirectory {

    private static final String CGROUP = "cgroup";

    private RunDirectory() {}

    /**
     * Notes which cgroups are about to be made, for whoever finds a creation that did not get as
     * far as its record.
     */
    static void noteCgroup(Path directory, String path) throws IOException {
        Files.writeString(directory.resolve(CGROUP), path);
    }

    /** The path that was noted; none if nothing was made yet. */
    static Optional<String> notedCgroup(Path directory) throws IOException {
        try {
            String path = Files.readString(directory.resolve(CGROUP));
            return path.isEmpty() ? Optional.empty() : Optional.of(path);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Removes one; nothing in it is a directory itself. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
