package jong.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import jong.oci.runtime.Spec;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;

/**
 * What is kept of a container in its run directory, so that another process of this program can
 * take it over.
 *
 * @param id its id
 * @param pid its first process
 * @param startTime field 22 of that process's {@code /proc/PID/stat}
 * @param cgroupPath the path of its cgroups, as it was asked for
 * @param cgroupPaths where they are, by controller
 * @param bundle the directory that its configuration speaks of
 * @param createdAt when it was made
 * @param spec its configuration
 */
record ContainerRecord(
        String id,
        int pid,
        long startTime,
        String cgroupPath,
        Map<String, String> cgroupPaths,
        Path bundle,
        Instant createdAt,
        Spec spec) {

    private static final String FILE = "container.json";

    /** Writes it whole or not at all; run directories do not outlive the machine's run. */
    void write(Path runDirectory) throws IOException {
        var json =
                new JsonObject()
                        .with("id", id)
                        .with("pid", (long) pid)
                        .with("startTime", startTime)
                        .with("cgroupPath", cgroupPath)
                        .with("cgroupPaths", cgroupPaths)
                        .with("bundle", bundle.toString())
                        .with("created", createdAt.toString())
                        .with("spec", spec.json());
        Path unfinished = runDirectory.resolve(FILE + ".tmp");
        Files.write(unfinished, Json.writeBytes(json));
        Files.move(unfinished, runDirectory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Reads it back.
     *
     * @throws IOException if it is missing or broken: the creation did not get that far
     */
    static ContainerRecord read(Path runDirectory) throws IOException {
        try {
            JsonObject json = Json.parseObject(Files.readAllBytes(runDirectory.resolve(FILE)));
            return new ContainerRecord(
                    json.string("id"),
                    (int) json.number("pid"),
                    json.number("startTime"),
                    json.string("cgroupPath"),
                    json.stringMap("cgroupPaths"),
                    Path.of(json.string("bundle")),
                    Instant.parse(json.string("created")),
                    new Spec(json.object("spec")));
        } catch (JsonException | DateTimeParseException e) {
            throw new IOException(runDirectory.resolve(FILE) + ": " + e.getMessage(), e);
        }
    }
}
