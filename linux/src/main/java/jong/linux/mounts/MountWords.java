package jong.linux.mounts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.linux.ErrnoException;

/**
 * Options of a mount in one text, separated by commas, as mount(8) and fstab(5) have them: words
 * for the kernel's flags, what is left for the file system.
 *
 * @param flags MS_* but for the propagation
 * @param propagation MS_SHARED and the like, perhaps with MS_REC; 0 to leave it
 * @param data for the file system
 */
public record MountWords(long flags, long propagation, String data) {
    private static final long MS_RDONLY = 1;
    private static final long MS_REMOUNT = 0x20;
    private static final long MS_BIND = 0x1000;
    private static final long MS_REC = 0x4000;
    private static final long MS_UNBINDABLE = 1 << 17;
    private static final long MS_PRIVATE = 1 << 18;
    private static final long MS_SLAVE = 1 << 19;
    private static final long MS_SHARED = 1 << 20;

    private static final Map<String, Long> SET =
            Map.ofEntries(
                    Map.entry("defaults", 0L),
                    Map.entry("ro", MS_RDONLY),
                    Map.entry("nosuid", 0x2L),
                    Map.entry("nodev", 0x4L),
                    Map.entry("noexec", 0x8L),
                    Map.entry("sync", 0x10L),
                    Map.entry("remount", MS_REMOUNT),
                    Map.entry("mand", 0x40L),
                    Map.entry("dirsync", 0x80L),
                    Map.entry("noatime", 0x400L),
                    Map.entry("nodiratime", 0x800L),
                    Map.entry("bind", MS_BIND),
                    Map.entry("rbind", MS_BIND | MS_REC),
                    Map.entry("relatime", 0x200000L),
                    Map.entry("strictatime", 0x1000000L));

    private static final Map<String, Long> CLEARED =
            Map.of(
                    "rw", MS_RDONLY,
                    "suid", 0x2L,
                    "dev", 0x4L,
                    "exec", 0x8L,
                    "async", 0x10L,
                    "nomand", 0x40L,
                    "atime", 0x400L,
                    "diratime", 0x800L,
                    "norelatime", 0x200000L,
                    "nostrictatime", 0x1000000L);

    private static final Map<String, Long> PROPAGATIONS =
            Map.of(
                    "unbindable",
                    MS_UNBINDABLE,
                    "runbindable",
                    MS_UNBINDABLE | MS_REC,
                    "private",
                    MS_PRIVATE,
                    "rprivate",
                    MS_PRIVATE | MS_REC,
                    "slave",
                    MS_SLAVE,
                    "rslave",
                    MS_SLAVE | MS_REC,
                    "shared",
                    MS_SHARED,
                    "rshared",
                    MS_SHARED | MS_REC);

    /** Reads a text; later words win. */
    public static MountWords parse(String text) {
        long flags = 0;
        long propagation = 0;
        List<String> data = new ArrayList<>();
        for (String word : text.split(",")) {
            if (SET.containsKey(word)) {
                flags |= SET.get(word);
            } else if (CLEARED.containsKey(word)) {
                flags &= ~CLEARED.get(word);
            } else if (PROPAGATIONS.containsKey(word)) {
                propagation |= PROPAGATIONS.get(word);
            } else if (!word.isEmpty()) {
                data.add(word);
            }
        }
        return new MountWords(flags, propagation, String.join(",", data));
    }

    /**
     * Mounts. A bind mount gets its other flags by a second call, as the kernel ignores them in the
     * first; when that fails, nothing is mounted.
     *
     * @throws ErrnoException with docker's text: {@code mount SOURCE:TARGET, flags: 0x1000: …}
     */
    public void mount(String source, Path target, String type) throws ErrnoException {
        Mounts.mount(source, target, type, flags, data);
        try {
            boolean bind = (flags & MS_BIND) != 0;
            if (bind && (flags & ~(MS_BIND | MS_REC)) != 0) {
                Mounts.mount("", target, "", (flags & ~MS_REC) | MS_REMOUNT, "");
            }
            if (propagation != 0) {
                Mounts.mount("", target, "", propagation, "");
            }
        } catch (ErrnoException e) {
            if ((flags & MS_REC) != 0) { // Else what lies below goes at its source, too.
                Mounts.propagate(target, Propagation.PRIVATE, true);
            }
            Mounts.detach(target);
            throw e;
        }
    }
}
