package jong.manager.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.linux.files.FileName;
import org.jspecify.annotations.Nullable;

/** The records of a PAX extended header (POSIX.1-2001 pax): {@code LENGTH KEY=VALUE\n} each. */
final class PaxRecords {

    /** No extended header of an entry. */
    static final PaxRecords NONE = new PaxRecords();

    static final String XATTR = "SCHILY.xattr.";
    static final String BASE64_XATTR = "LIBARCHIVE.xattr.";

    private final Map<String, byte[]> values = new LinkedHashMap<>();

    /** Offsets and lengths in turn, of sparse format 0.0, which repeats its keys. */
    private final List<String> sparsePairs = new ArrayList<>();

    private PaxRecords() {}

    static PaxRecords parse(byte[] data) throws TarException {
        var records = new PaxRecords();
        int at = 0;
        while (at < data.length && data[at] != 0) {
            int space = indexOf(data, ' ', at, Math.min(data.length, at + 10));
            int length = (int) decimal(new String(data, at, space - at, ISO_8859_1));
            int end = at + length;
            if (length <= space - at || end > data.length || data[end - 1] != '\n') {
                throw new TarException("invalid PAX record");
            }
            int equals = indexOf(data, '=', space + 1, end);
            records.add(
                    new String(data, space + 1, equals - space - 1, UTF_8),
                    Arrays.copyOfRange(data, equals + 1, end - 1));
            at = end;
        }
        return records;
    }

    /** A value that is a file name, or null if there is none. */
    @Nullable String name(String key) throws TarException {
        byte[] value = values.get(key);
        if (value == null || value.length == 0) {
            return null;
        }
        for (byte b : value) {
            if (b == 0) {
                throw new TarException("invalid PAX record: NUL in " + key);
            }
        }
        return FileName.decode(value);
    }

    /** A value that is a whole number of at least 0, or {@code fallback} if there is none. */
    long number(String key, long fallback) throws TarException {
        String text = text(key);
        return text.isEmpty() ? fallback : decimal(text);
    }

    /** Member {@code mtime} in nanoseconds since the epoch; {@code fallback} if there is none. */
    long modifiedNanos(long fallback) throws TarException {
        String text = text("mtime");
        if (text.isEmpty()) {
            return fallback;
        }
        if (text.length() > 40 || !text.matches("-?[0-9]+(\\.[0-9]*)?")) {
            throw new TarException("invalid PAX record: mtime");
        }
        BigDecimal nanos = new BigDecimal(text.replaceAll("\\.$", "")).movePointRight(9);
        return nanos.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? 0
                : nanos.longValue();
    }

    /** Extended attributes, with libarchive's encoding undone. */
    Map<String, byte[]> attributes() throws TarException {
        Map<String, byte[]> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> entry : values.entrySet()) {
            String key = entry.getKey();
            if (key.startsWith(XATTR)) {
                attributes.put(key.substring(XATTR.length()), entry.getValue());
            } else if (key.startsWith(BASE64_XATTR)) {
                try {
                    String name = attributeName(key.substring(BASE64_XATTR.length()));
                    String text = new String(entry.getValue(), ISO_8859_1).replace("=", "");
                    attributes.putIfAbsent(name, Base64.getDecoder().decode(text));
                } catch (IllegalArgumentException _) {
                    throw new TarException("invalid PAX record: " + BASE64_XATTR);
                }
            }
        }
        return attributes;
    }

    boolean isEmpty() {
        return values.isEmpty() && sparsePairs.isEmpty();
    }

    String text(String key) {
        byte[] value = values.get(key);
        return value == null ? "" : new String(value, UTF_8);
    }

    /** The map of sparse formats 0.0 and 0.1: offsets and lengths in turn. */
    List<String> sparseMap() {
        String map = text("GNU.sparse.map");
        return map.isEmpty() ? sparsePairs : List.of(map.split(",", -1));
    }

    static long decimal(String text) throws TarException {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(PaxRecords::isDigit)) {
            throw new TarException("invalid PAX record: bad number");
        }
        return Long.parseLong(text);
    }

    /** Percent-encoded bytes; a plus sign is one. */
    private static String attributeName(String encoded) {
        String bytes = URLDecoder.decode(encoded.replace("+", "%2B"), ISO_8859_1);
        return FileName.decode(bytes.getBytes(ISO_8859_1));
    }

    private void add(String key, byte[] value) {
        if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
            sparsePairs.add(new String(value, ISO_8859_1));
        } else {
            values.put(key, value);
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static int indexOf(byte[] data, char wanted, int from, int to) throws TarException {
        for (int i = from; i < to; i++) {
            if (data[i] == wanted) {
                return i;
            }
        }
        throw new TarException("invalid PAX record");
    }
}
