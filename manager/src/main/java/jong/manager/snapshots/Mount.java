package jong.manager.snapshots;

import java.util.List;

/**
 * How to make a snapshot visible, in containerd's words.
 *
 * @param type {@code overlay} or {@code bind}
 * @param source the directory of a bind mount; {@code overlay} for an overlay
 * @param options {@code lowerdir=top:…:bottom}, {@code upperdir=…}, {@code workdir=…} of an
 *     overlay; {@code rbind} and {@code ro} or {@code rw} of a bind mount
 */
public record Mount(String type, String source, List<String> options) {

    /** Copies the options. */
    public Mount {
        options = List.copyOf(options);
    }

    /** The value of option {@code name=value}, or {@code ""}. */
    public String option(String name) {
        String prefix = name + "=";
        for (String option : options) {
            if (option.startsWith(prefix)) {
                return option.substring(prefix.length());
            }
        }
        return "";
    }
}
