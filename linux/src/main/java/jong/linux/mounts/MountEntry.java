package jong.linux.mounts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;
import jong.linux.files.FileName;

/**
 * One mount, as a line of {@code /proc/PID/mountinfo} tells it (proc(5)).
 *
 * @param id unique while the mount lives
 * @param parent the id of the mount it lies on
 * @param device {@code major:minor}
 * @param root the directory of the file system that is its root
 * @param mountPoint where it lies, relative to the process's root
 * @param options flags of this mount
 * @param optionalFields such as {@code shared:12}
 * @param type the file system's type
 * @param source the device, or any word
 * @param superOptions options of the file system
 */
public record MountEntry(
        int id,
        int parent,
        String device,
        String root,
        String mountPoint,
        List<String> options,
        List<String> optionalFields,
        String type,
        String source,
        List<String> superOptions) {
    /** Copies the lists. */
    public MountEntry {
        options = List.copyOf(options);
        optionalFields = List.copyOf(optionalFields);
        superOptions = List.copyOf(superOptions);
    }

    /**
     * Reads a line.
     *
     * @param line the line's bytes as ISO 8859-1, without the end of line
     * @throws IllegalArgumentException when it is not a line of mountinfo
     */
    static MountEntry parse(String line) {
        var fields = List.of(line.split(" ", -1));
        int dash = fields.indexOf("-");
        if (dash < 6 || fields.size() < dash + 4) {
            throw new IllegalArgumentException("not a line of mountinfo: " + line);
        }
        return new MountEntry(
                Integer.parseInt(fields.get(0)),
                Integer.parseInt(fields.get(1)),
                fields.get(2),
                unescape(fields.get(3)),
                unescape(fields.get(4)),
                list(fields.get(5)),
                fields.subList(6, dash),
                unescape(fields.get(dash + 1)),
                unescape(fields.get(dash + 2)),
                list(fields.get(dash + 3)));
    }

    private static List<String> list(String field) {
        return List.of(unescape(field).split(","));
    }

    /** Space, tab, line feed and backslash stand as a backslash and three octal digits. */
    private static String unescape(String field) {
        var bytes = field.getBytes(ISO_8859_1);
        var out = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\\' && isOctal(bytes, i + 1)) {
                out.write(Integer.parseInt(field, i + 1, i + 4, 8));
                i += 3;
            } else {
                out.write(bytes[i]);
            }
        }
        return FileName.decode(out.toByteArray());
    }

    private static boolean isOctal(byte[] bytes, int start) {
        if (start + 3 > bytes.length) {
            return false;
        }
        for (int i = start; i < start + 3; i++) {
            if (bytes[i] < '0' || bytes[i] > '7') {
                return false;
            }
        }
        return bytes[start] <= '3';
    }
}
