package jong.engine.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import jong.wire.json.Json;
import jong.wire.json.JsonException;

/**
 * Turns lines of the log into what a client gets, gathered into large writes.
 *
 * <p>Not safe for several threads.
 */
final class LogWriter {

    private static final int FLUSH_AT = 128 << 10;
    private static final int HEADER = 8;

    /** What is framed line by line, as dockerd does, before lines are joined. */
    private static final int SINGLE_LINES = 64 << 10;

    /** Where a frame of joined lines ends. */
    private static final int LONG_FRAME = 32 << 10;

    /** A time with nine digits of fraction, and the blank behind it. */
    private static final int TIME = 31;

    private final LogRequest request;
    private final OutputStream out;
    private final boolean joins;
    private final LogLine line = new LogLine();
    private byte[] buffer = new byte[FLUSH_AT * 2];
    private int length;
    private boolean past;
    private long sent;

    /** Where the last frame in the buffer begins; -1 if nothing can be added to it. */
    private int lastFrame = -1;

    /**
     * @param joins whether, in a long log, lines of one stream share frames: clients spend most of
     *     their time on frames. Those who count frames follow a log, and get a frame for each line.
     */
    LogWriter(LogRequest request, OutputStream out, boolean joins) {
        this.request = request;
        this.out = out;
        this.joins = joins;
    }

    /** Whether a line from after {@link LogRequest#until} was seen: nothing more will come. */
    boolean past() {
        return past;
    }

    /** Takes one line of the file, without its end; what is not a log line is left out. */
    void add(byte[] bytes, int from, int to) throws IOException {
        if (!line.parse(bytes, from, to) || !wanted(bytes)) {
            return;
        }
        reserve(HEADER + TIME + (to - from));
        if (request.multiplexed() && !continuesFrame()) {
            lastFrame = length;
            buffer[length] = stream();
            length += HEADER;
        }
        if (request.timestamps()) {
            time(bytes);
        }
        if (request.details()) {
            details(bytes);
        }
        length = Unescape.copy(bytes, line.textStart, line.textEnd, buffer, length);
        if (request.multiplexed()) {
            header(lastFrame);
        }
        if (length >= FLUSH_AT) {
            flush();
        }
    }

    /** Sends what was gathered. */
    void flush() throws IOException {
        if (length > 0) {
            out.write(buffer, 0, length);
            sent += length;
            length = 0;
            lastFrame = -1;
        }
    }

    private boolean continuesFrame() {
        return joins
                && lastFrame >= 0
                && sent + length > SINGLE_LINES
                && buffer[lastFrame] == stream()
                && length - lastFrame < LONG_FRAME;
    }

    private byte stream() {
        return (byte) (line.stderr ? 2 : 1);
    }

    private boolean wanted(byte[] bytes) {
        if (!(line.stderr ? request.stderr() : request.stdout())) {
            return false;
        }
        if (!request.timed()) {
            return true;
        }
        long at = nanos(bytes);
        past |= at > request.until();
        return at >= request.since() && at <= request.until();
    }

    private long nanos(byte[] bytes) {
        String text = new String(bytes, line.timeStart, line.timeEnd - line.timeStart, UTF_8);
        try {
            Instant at = Instant.parse(text);
            return at.getEpochSecond() * 1_000_000_000 + at.getNano();
        } catch (DateTimeParseException _) {
            return 0;
        }
    }

    private void header(int start) {
        int payload = length - start - HEADER;
        buffer[start + 1] = 0;
        buffer[start + 2] = 0;
        buffer[start + 3] = 0;
        buffer[start + 4] = (byte) (payload >>> 24);
        buffer[start + 5] = (byte) (payload >>> 16);
        buffer[start + 6] = (byte) (payload >>> 8);
        buffer[start + 7] = (byte) payload;
    }

    /** With exactly nine digits of fraction, so that columns stay in line. */
    private void time(byte[] bytes) {
        int size = Math.min(line.timeEnd - line.timeStart, TIME - 1);
        boolean zulu = size > 0 && bytes[line.timeStart + size - 1] == 'Z';
        int digits = zulu ? size - 1 : size;
        System.arraycopy(bytes, line.timeStart, buffer, length, digits);
        int at = length + digits;
        if (zulu) {
            if (digits == 19) {
                buffer[at++] = '.';
            }
            while (at < length + TIME - 2) {
                buffer[at++] = '0';
            }
            buffer[at++] = 'Z';
        }
        buffer[at++] = ' ';
        length = at;
    }

    /** {@code key=value,key=value } sorted by key. */
    private void details(byte[] bytes) {
        var text = new StringBuilder();
        if (line.attributesEnd > line.attributesStart) {
            byte[] json = Arrays.copyOfRange(bytes, line.attributesStart, line.attributesEnd);
            for (Map.Entry<String, String> entry : attributes(json).entrySet()) {
                text.append(text.isEmpty() ? "" : ",");
                text.append(entry.getKey()).append('=').append(entry.getValue());
            }
        }
        byte[] encoded = text.append(' ').toString().getBytes(UTF_8);
        reserve(encoded.length + TIME + HEADER + line.textEnd - line.textStart);
        System.arraycopy(encoded, 0, buffer, length, encoded.length);
        length += encoded.length;
    }

    private static Map<String, String> attributes(byte[] json) {
        try {
            var object = Json.parseObject(json);
            var result = new TreeMap<String, String>();
            for (String key : object.keySet()) {
                result.put(key, object.string(key));
            }
            return result;
        } catch (JsonException _) {
            return Map.of();
        }
    }

    private void reserve(int more) {
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}
