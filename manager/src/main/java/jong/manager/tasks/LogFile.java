package jong.manager.tasks;

import java.nio.file.Path;

/**
 * Where a task's output is kept, in Docker's json-file format.
 *
 * @param path the file; older ones get {@code .1}, {@code .2} … appended
 * @param maxBytes the size at which a new file is begun, 0 for no limit
 * @param maxFiles how many files are kept, at least 1
 * @param attrsJson a JSON object that each line carries as {@code attrs}, or empty
 */
public record LogFile(Path path, long maxBytes, int maxFiles, String attrsJson) {

    /** A file without limit and attributes. */
    public LogFile(Path path) {
        this(path, 0, 1, "");
    }
}
