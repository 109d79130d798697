package jong.runtime.monitor;

import java.nio.file.Path;

/**
 * Where a monitor writes what a container's first process puts out.
 *
 * @param path the file
 * @param maxBytes when a new one is begun; 0 for never
 * @param maxFiles how many are kept
 * @param attrs a JSON object for each line, or empty
 */
public record OutputLog(Path path, long maxBytes, int maxFiles, String attrs) {}
