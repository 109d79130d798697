package jong.engine.plugins;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a plugin answers over HTTP/1.1, as far as it makes sense: a plugin is a stranger's program,
 * of which no more is read than a limit.
 *
 * @param status of HTTP
 * @param body all of it
 */
record PluginAnswer(int status, String body) {

    /** More than any list of volumes: 4 MiB. */
    static final int MOST_BODY_BYTES = 4 << 20;

    private static final int MOST_HEAD_BYTES = 64 << 10;

    /** Reads the answer of a connection that is used once. */
    static PluginAnswer read(InputStream in) throws IOException {
        var head = new Head(in);
        String first = head.line();
        if (!first.matches("HTTP/1\\.[01] [1-5][0-9]{2}( .*)?")) {
            throw new IOException("malformed HTTP response \"" + brief(first) + "\"");
        }
        int status = Integer.parseInt(first.substring(9, 12));
        long length = Long.MAX_VALUE;
        boolean chunked = false;
        for (String line = head.line(); !line.isEmpty(); line = head.line()) {
            int colon = Math.max(0, line.indexOf(':'));
            String value = line.substring(colon + 1).strip();
            if (line.substring(0, colon).equalsIgnoreCase("content-length")) {
                length = number(value, 10);
            } else if (line.substring(0, colon).equalsIgnoreCase("transfer-encoding")) {
                chunked = value.equalsIgnoreCase("chunked");
            }
        }
        byte[] body = chunked ? chunks(in) : body(in, length);
        return new PluginAnswer(status, new String(body, UTF_8));
    }

    private static byte[] body(InputStream in, long length) throws IOException {
        if (length != Long.MAX_VALUE && length > MOST_BODY_BYTES) {
            throw tooLong();
        }
        byte[] body = in.readNBytes((int) Math.min(length, MOST_BODY_BYTES + 1));
        if (body.length > MOST_BODY_BYTES) {
            throw tooLong();
        }
        if (length != Long.MAX_VALUE && body.length < length) {
            throw new EOFException("unexpected EOF");
        }
        return body;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            long size = number(new Head(in).line().split(";", 2)[0].strip(), 16);
            if (size == 0) {
                return body.toByteArray(); // Trailers go with the connection.
            }
            if (size > MOST_BODY_BYTES - body.size()) {
                throw tooLong();
            }
            byte[] chunk = in.readNBytes((int) size);
            if (chunk.length < size) {
                throw new EOFException("unexpected EOF");
            }
            body.writeBytes(chunk);
            new Head(in).line();
        }
    }

    private static IOException tooLong() {
        return new IOException("answer is longer than " + MOST_BODY_BYTES + " bytes");
    }

    private static long number(String text, int radix) throws IOException {
        try {
            long number = Long.parseLong(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below, as a negative one is.
        }
        throw new IOException("malformed length \"" + brief(text) + "\"");
    }

    private static String brief(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }

    /** Lines in front of a body. */
    private static final class Head {

        private final InputStream in;
        private int read;

        Head(InputStream in) {
            this.in = in;
        }

        String line() throws IOException {
            var line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new EOFException("unexpected EOF");
                }
                if (++read > MOST_HEAD_BYTES) {
                    throw new IOException("head is longer than " + MOST_HEAD_BYTES + " bytes");
                }
                line.write(b);
            }
            return line.toString(ISO_8859_1).stripTrailing();
        }
    }
}
