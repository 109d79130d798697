package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * The directory that holds one directory for each container.
 *
 * @param path absolute
 */
record StateRoot(Path path) {

    private static final int LONGEST_ID = 1024;

    /**
     * A container's directory, whether it exists or not.
     *
     * @throws InvalidArgument for an id that is not one name of a file
     */
    StateDirectory directory(String id) {
        if (id.isEmpty()) {
            throw new InvalidArgument("container id cannot be empty");
        }
        if (!valid(id)) {
            throw new InvalidArgument("invalid container ID format");
        }
        return new StateDirectory(path.resolve(id));
    }

    /** {@code [A-Za-z0-9_+.-]+}, but neither {@code .} nor {@code ..}. */
    static boolean valid(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "_+.-".indexOf(c) >= 0;
            if (!allowed) {
                return false;
            }
        }
        return !id.isEmpty() && id.length() <= LONGEST_ID && !id.equals(".") && !id.equals("..");
    }

    /** Makes it if it is missing, for its owner alone. */
    void create() throws IOException {
        if (!Files.isDirectory(path)) {
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectories(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
    }

    /**
     * The names of the containers in it, sorted.
     *
     * @throws NoSuchFileException if it does not exist
     */
    List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                Path name = entry.getFileName();
                if (name != null && valid(name.toString()) && Files.isDirectory(entry)) {
                    ids.add(name.toString());
                }
            }
        }
        ids.sort(null);
        return ids;
    }
}
