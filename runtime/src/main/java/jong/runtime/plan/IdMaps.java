package jong.runtime.plan;

import java.util.List;
import jong.oci.runtime.LinuxSpec.IdMapping;

/** Ranges of ids as the kernel's {@code uid_map} and {@code gid_map} take them. */
final class IdMaps {

    private IdMaps() {}

    /** One range a line: first inside, first outside, how many. */
    static String lines(List<IdMapping> mappings) {
        var text = new StringBuilder();
        for (IdMapping m : mappings) {
            text.append(Integer.toUnsignedString(m.containerId())).append(' ');
            text.append(Integer.toUnsignedString(m.hostId())).append(' ');
            text.append(Integer.toUnsignedString(m.size())).append('\n');
        }
        return text.toString();
    }
}
