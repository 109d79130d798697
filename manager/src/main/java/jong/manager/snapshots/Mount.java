package jong.manager.snapshots;

import java.util.List;

/**
 * A mount that makes a snapshot's content visible, in containerd's form.
 *
 * @param type {@code overlay} with the options {@code lowerdir=}, {@code upperdir=} and {@code
 *     workdir=}, or {@code bind} with {@code rbind} and {@code ro} or {@code rw}
 * @param source the directory to bind; {@code overlay} for an overlay
 * @param options mount options, one word each
 */
public record Mount(String type, String source, List<String> options) {

    public Mount {
        options = List.copyOf(options);
    }
}
