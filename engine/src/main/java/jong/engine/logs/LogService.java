package jong.engine.logs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Reads the log of one container: the file, and the older ones {@code .1}, {@code .2} … that
 * rotation left.
 */
public final class LogService {

    private static final long SHORTEST_WAIT_MILLIS = 5;
    private static final long LONGEST_WAIT_MILLIS = 100;

    private LogService() {}

    /** Writes the wanted lines that there are now. */
    public static void read(Path log, LogRequest request, OutputStream out) throws IOException {
        try {
            copy(log, request, new LogWriter(request, out, true), () -> true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading " + log, e);
        }
    }

    /**
     * Writes the wanted lines that there are and those that come, until {@code ended} says that no
     * more will be written, or the request's time is over.
     */
    public static void follow(Path log, LogRequest request, OutputStream out, BooleanSupplier ended)
            throws IOException, InterruptedException {
        copy(log, request, new LogWriter(request, out, false), ended);
    }

    private static void copy(Path log, LogRequest request, LogWriter writer, BooleanSupplier ended)
            throws IOException, InterruptedException {
        List<LogFileReader> files = open(log, request.tail());
        Optional<LogFileReader> current = Optional.empty();
        try {
            while (!files.isEmpty()) {
                LogFileReader file = files.removeFirst();
                current.ifPresent(LogService::closeQuietly);
                current = Optional.of(file);
                file.drain(writer);
            }
            writer.flush();
            current = tail(log, request, writer, current, ended);
        } finally {
            current.ifPresent(LogService::closeQuietly);
            files.forEach(LogService::closeQuietly);
        }
    }

    private static Optional<LogFileReader> tail(
            Path log,
            LogRequest request,
            LogWriter writer,
            Optional<LogFileReader> current,
            BooleanSupplier ended)
            throws IOException, InterruptedException {
        Optional<LogFileReader> file = current;
        long wait = SHORTEST_WAIT_MILLIS;
        while (!writer.past()) {
            // Asked before reading: what was written before the end is then surely read.
            boolean last = ended.getAsBoolean() || isOver(request);
            boolean any = file.isPresent() && file.get().drain(writer);
            writer.flush();
            Optional<LogFileReader> next = next(log, file);
            if (next.isPresent()) {
                // What came before the rotation and after the last look.
                if (file.isPresent()) {
                    file.get().drain(writer);
                    closeQuietly(file.get());
                }
                file = next;
                continue;
            }
            if (last) {
                break;
            }
            wait = any ? SHORTEST_WAIT_MILLIS : Math.min(wait * 2, LONGEST_WAIT_MILLIS);
            Thread.sleep(wait);
        }
        return file;
    }

    private static boolean isOver(LogRequest request) {
        if (request.until() == Long.MAX_VALUE) {
            return false;
        }
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano() > request.until();
    }

    /** The file that follows the given one: itself renamed, the next younger in the chain. */
    private static Optional<LogFileReader> next(Path log, Optional<LogFileReader> file)
            throws IOException {
        if (file.isEmpty()) {
            return LogFileReader.open(log);
        }
        if (file.get().isAt(log)) {
            return Optional.empty();
        }
        int age = 1;
        while (Files.exists(older(log, age)) && !file.get().isAt(older(log, age))) {
            age++;
        }
        boolean found = Files.exists(older(log, age));
        // If it was removed meanwhile, the oldest that is left comes next.
        int youngerAge = age - 1;
        if (youngerAge == 0) {
            return LogFileReader.open(log);
        }
        return found || youngerAge > 0
                ? LogFileReader.open(older(log, youngerAge))
                : Optional.empty();
    }

    /** The files to read, the oldest first, each at its first wanted line. */
    private static List<LogFileReader> open(Path log, long tail) throws IOException {
        List<LogFileReader> files = new ArrayList<>();
        long left = tail < 0 ? Long.MAX_VALUE : tail;
        for (int age = 0; age == 0 || left > 0; age++) {
            Optional<LogFileReader> file = LogFileReader.open(older(log, age));
            if (file.isEmpty()) {
                break;
            }
            files.add(file.get());
            if (tail == 0) {
                file.get().seekEnd();
            } else if (tail > 0) {
                left -= file.get().seekTail(left);
            }
        }
        Collections.reverse(files);
        return files;
    }

    private static Path older(Path log, int age) {
        return age == 0 ? log : log.resolveSibling(log.getFileName() + "." + age);
    }

    private static void closeQuietly(LogFileReader file) {
        try {
            file.close();
        } catch (IOException _) {
            // Nothing was written to it.
        }
    }
}
