package jong.runtime.cgroups;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.cgroups.Cgroup;

/** Reads the forms that control files have. A file that is not there reads as empty. */
final class ControlFile {

    private ControlFile() {}

    static String text(Cgroup group, String file) throws IOException {
        try {
            return group.read(file);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.EOPNOTSUPP) {
                return "";
            }
            throw e;
        }
    }

    /** One number; {@code max} reads as {@code none}. */
    static long number(Cgroup group, String file, long none) throws IOException {
        String text = text(group, file);
        return text.isEmpty() || text.equals("max") ? none : unsigned(text);
    }

    /** Lines {@code word number}. */
    static Map<String, Long> keyed(Cgroup group, String file) throws IOException {
        Map<String, Long> result = new LinkedHashMap<>();
        for (String line : text(group, file).lines().toList()) {
            int space = line.lastIndexOf(' ');
            if (space > 0) {
                result.put(line.substring(0, space), unsigned(line.substring(space + 1)));
            }
        }
        return result;
    }

    /** Numbers on one line. */
    static List<Long> numbers(Cgroup group, String file) throws IOException {
        List<Long> result = new ArrayList<>();
        for (String word : text(group, file).split("\\s+", -1)) {
            if (!word.isEmpty()) {
                result.add(unsigned(word));
            }
        }
        return result;
    }

    /** The kernel counts to 2^64; what does not fit is as much as fits. */
    private static long unsigned(String text) {
        long number = Long.parseUnsignedLong(text);
        return number < 0 ? Long.MAX_VALUE : number;
    }
}
