package jong.registry.server.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A run of bytes, from {@code first} to {@code last}, both included.
 *
 * @param first at least 0
 * @param last at least {@code first}
 */
public record ByteRange(long first, long last) {

    private static final String NUMBER = "([0-9]{1,18})";
    private static final Pattern REQUEST = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");
    private static final Pattern CHUNK = Pattern.compile(NUMBER + "-" + NUMBER);

    /** How many bytes. */
    public long length() {
        return last - first + 1;
    }

    /**
     * Reads the {@code Range} header of a GET (RFC 9110, 14.2). Several ranges and other units are
     * ignored, as the RFC allows: null then, for all bytes.
     *
     * @param size of what is asked for, in bytes
     * @throws RegistryException with status 416 if the range lies outside, or ends before it begins
     */
    public static @Nullable ByteRange requested(String header, long size) {
        Matcher matcher = REQUEST.matcher(header);
        if (!matcher.matches()) {
            return null;
        }
        String from = matcher.group(1);
        String to = matcher.group(2);
        if (from.isEmpty() && to.isEmpty()) {
            return null;
        }
        long first = from.isEmpty() ? Math.max(0, size - number(to)) : number(from);
        long last = from.isEmpty() || to.isEmpty() ? size - 1 : Math.min(number(to), size - 1);
        if (first > last) {
            throw new RegistryException(
                    ErrorCode.SIZE_INVALID, 416, header + " of " + size + " bytes");
        }
        return new ByteRange(first, last);
    }

    /**
     * Reads the {@code Content-Range} header of a chunk, which the spec writes {@code 0-1023}; the
     * form {@code bytes 0-1023/*} of RFC 9110 is taken as well.
     *
     * @return null if there is none
     * @throws RegistryException {@link ErrorCode#BLOB_UPLOAD_INVALID} if it is malformed
     */
    public static @Nullable ByteRange ofChunk(String header) {
        if (header.isEmpty()) {
            return null;
        }
        String range = header.startsWith("bytes ") ? header.substring("bytes ".length()) : header;
        int slash = range.indexOf('/');
        Matcher matcher = CHUNK.matcher(slash < 0 ? range : range.substring(0, slash));
        if (!matcher.matches() || number(matcher.group(2)) < number(matcher.group(1))) {
            throw new RegistryException(
                    ErrorCode.BLOB_UPLOAD_INVALID, "malformed Content-Range \"" + header + "\"");
        }
        return new ByteRange(number(matcher.group(1)), number(matcher.group(2)));
    }

    private static long number(String digits) {
        return Long.parseLong(digits);
    }
}
