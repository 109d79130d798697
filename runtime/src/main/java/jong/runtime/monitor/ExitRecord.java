package jong.runtime.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a process ended.
 *
 * @param code 0 to 255; 128 + n after signal n
 * @param signal the signal, or 0
 * @param at when
 * @param oomKilled whether memory ran out
 * @param startedAt when its command began, if it did and this is known
 */
public record ExitRecord(
        int code, int signal, Instant at, boolean oomKilled, Optional<Instant> startedAt) {

    private static final int OOM = 1;
    private static final long NANOS = 1_000_000_000L;

    /** Reads the file that a monitor left; nothing when there is none. */
    static Optional<ExitRecord> read(Path file) throws IOException {
        try {
            return Optional.of(parse(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    static ExitRecord parse(String text) throws IOException {
        Map<String, Long> values = new HashMap<>();
        for (String line : text.lines().toList()) {
            String[] pair = line.split(" ", 2);
            try {
                values.put(pair[0], Long.valueOf(pair[pair.length - 1]));
            } catch (NumberFormatException e) {
                throw new IOException("malformed line in an exit file: " + line, e);
            }
        }
        long started = values.getOrDefault("started_ns", 0L);
        return new ExitRecord(
                values.getOrDefault("code", 0L).intValue(),
                values.getOrDefault("signal", 0L).intValue(),
                instant(values.getOrDefault("exited_ns", 0L)),
                values.getOrDefault("oom", 0L) != 0,
                started == 0 ? Optional.empty() : Optional.of(instant(started)));
    }

    static ExitRecord of(Frame exited) throws IOException {
        int code = exited.u32();
        int signal = exited.u32();
        Instant at = instant(exited.u64());
        boolean oom = (exited.u32() & OOM) != 0;
        return new ExitRecord(code, signal, at, oom, Optional.empty());
    }

    /** From nanoseconds since the epoch. */
    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS);
    }
}
