package jong.runtime.plan;

import static java.util.Map.entry;
import static jong.runtime.plan.MountFlags.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of a mount, sorted by what they are: the words are those of the runtime
 * specification's config.md, whatever is none of them is the filesystem's own.
 *
 * @param set {@code MS_} bits to set
 * @param clear {@code MS_} bits that were asked to be clear
 * @param recursiveSet {@code MOUNT_ATTR_} bits to set on the mount and those below it
 * @param recursiveClear {@code MOUNT_ATTR_} bits to clear likewise
 * @param propagation {@code MS_} propagation bits, 0 for none
 * @param copyUp whether a tmpfs begins with what it covers
 * @param idMapped whether other ids than the source's are to be seen
 * @param idMapRecursive whether that is so for the mounts below it, too
 * @param data the filesystem's own options
 */
record MountOptions(
        long set,
        long clear,
        long recursiveSet,
        long recursiveClear,
        long propagation,
        boolean copyUp,
        boolean idMapped,
        boolean idMapRecursive,
        List<String> data) {

    /** What an option does to bits: sets or clears them. */
    private record Bits(boolean clears, long mask) {}

    private static final Map<String, Bits> FLAGS =
            Map.ofEntries(
                    entry("acl", sets(POSIXACL)),
                    entry("async", clears(SYNCHRONOUS)),
                    entry("atime", clears(NOATIME)),
                    entry("bind", sets(BIND)),
                    entry("defaults", sets(0)),
                    entry("dev", clears(NODEV)),
                    entry("diratime", clears(NODIRATIME)),
                    entry("dirsync", sets(DIRSYNC)),
                    entry("exec", clears(NOEXEC)),
                    entry("iversion", sets(I_VERSION)),
                    entry("lazytime", sets(LAZYTIME)),
                    entry("loud", clears(SILENT)),
                    entry("mand", sets(MANDLOCK)),
                    entry("noacl", clears(POSIXACL)),
                    entry("noatime", sets(NOATIME)),
                    entry("nodev", sets(NODEV)),
                    entry("nodiratime", sets(NODIRATIME)),
                    entry("noexec", sets(NOEXEC)),
                    entry("noiversion", clears(I_VERSION)),
                    entry("nolazytime", clears(LAZYTIME)),
                    entry("nomand", clears(MANDLOCK)),
                    entry("norelatime", clears(RELATIME)),
                    entry("nostrictatime", clears(STRICTATIME)),
                    entry("nosuid", sets(NOSUID)),
                    entry("nosymfollow", sets(NOSYMFOLLOW)),
                    entry("rbind", sets(BIND | REC)),
                    entry("relatime", sets(RELATIME)),
                    entry("remount", sets(REMOUNT)),
                    entry("ro", sets(RDONLY)),
                    entry("rw", clears(RDONLY)),
                    entry("silent", sets(SILENT)),
                    entry("strictatime", sets(STRICTATIME)),
                    entry("suid", clears(NOSUID)),
                    entry("symfollow", clears(NOSYMFOLLOW)),
                    entry("sync", sets(SYNCHRONOUS)));

    private static final Map<String, Bits> RECURSIVE =
            Map.ofEntries(
                    entry("rro", sets(ATTR_RDONLY)),
                    entry("rrw", clears(ATTR_RDONLY)),
                    entry("rnosuid", sets(ATTR_NOSUID)),
                    entry("rsuid", clears(ATTR_NOSUID)),
                    entry("rnodev", sets(ATTR_NODEV)),
                    entry("rdev", clears(ATTR_NODEV)),
                    entry("rnoexec", sets(ATTR_NOEXEC)),
                    entry("rexec", clears(ATTR_NOEXEC)),
                    entry("rnodiratime", sets(ATTR_NODIRATIME)),
                    entry("rdiratime", clears(ATTR_NODIRATIME)),
                    entry("rrelatime", sets(ATTR_RELATIME)),
                    entry("rnorelatime", clears(ATTR_RELATIME)),
                    entry("rnoatime", sets(ATTR_NOATIME)),
                    entry("ratime", clears(ATTR_NOATIME)),
                    entry("rstrictatime", sets(ATTR_STRICTATIME)),
                    entry("rnostrictatime", clears(ATTR_STRICTATIME)),
                    entry("rnosymfollow", sets(ATTR_NOSYMFOLLOW)),
                    entry("rsymfollow", clears(ATTR_NOSYMFOLLOW)));

    private static final Map<String, Long> PROPAGATION =
            Map.of(
                    "private",
                    PRIVATE,
                    "rprivate",
                    PRIVATE | REC,
                    "slave",
                    SLAVE,
                    "rslave",
                    SLAVE | REC,
                    "shared",
                    SHARED,
                    "rshared",
                    SHARED | REC,
                    "unbindable",
                    UNBINDABLE,
                    "runbindable",
                    UNBINDABLE | REC);

    MountOptions {
        data = List.copyOf(data);
    }

    /** Sorts {@code options}; of those that contradict each other the last one counts. */
    static MountOptions parse(List<String> options) {
        var parser = new Parser();
        options.forEach(parser::take);
        return parser.result();
    }

    /** The {@code MS_} bits of a propagation word, or null if it is none. */
    static @Nullable Long propagation(String word) {
        return PROPAGATION.get(word);
    }

    /** All words that are not a filesystem's own, sorted. */
    static List<String> words() {
        var words = new java.util.TreeSet<String>(FLAGS.keySet());
        words.addAll(RECURSIVE.keySet());
        words.addAll(PROPAGATION.keySet());
        words.addAll(List.of("idmap", "ridmap", "tmpcopyup"));
        return List.copyOf(words);
    }

    boolean isBind() {
        return (set & BIND) != 0;
    }

    /** Whether a bind is asked to have other flags than its source. */
    boolean changesFlags() {
        return (set & ~(BIND | REC | REMOUNT)) != 0 || clear != 0;
    }

    private static Bits sets(long mask) {
        return new Bits(false, mask);
    }

    private static Bits clears(long mask) {
        return new Bits(true, mask);
    }

    /** Holds the bits while the words are read. */
    private static final class Parser {
        private long set;
        private long clear;
        private long recursiveSet;
        private long recursiveClear;
        private long propagation;
        private boolean copyUp;
        private boolean idMapped;
        private boolean idMapRecursive;
        private final List<String> data = new ArrayList<>();

        void take(String word) {
            Bits flag = FLAGS.get(word);
            Bits recursive = RECURSIVE.get(word);
            Long spread = PROPAGATION.get(word);
            if (flag != null) {
                set = flag.clears ? set & ~flag.mask : set | flag.mask;
                clear = flag.clears ? clear | flag.mask : clear & ~flag.mask;
            } else if (recursive != null) {
                takeRecursive(recursive);
            } else if (spread != null) {
                propagation = spread;
            } else if (word.equals("tmpcopyup")) {
                copyUp = true;
            } else if (word.equals("idmap") || word.equals("ridmap")) {
                idMapped = true;
                idMapRecursive = word.equals("ridmap");
            } else if (!word.isEmpty()) {
                data.add(word);
            }
        }

        /** One way to keep access times replaces another: mount_setattr wants the field cleared. */
        private void takeRecursive(Bits bits) {
            if (bits.clears) {
                recursiveClear |= bits.mask;
            } else {
                recursiveSet |= bits.mask;
            }
            if ((bits.mask & ATTR_ATIME) == bits.mask) {
                recursiveClear |= ATTR_ATIME;
            }
        }

        MountOptions result() {
            return new MountOptions(
                    set,
                    clear,
                    recursiveSet,
                    recursiveClear,
                    propagation,
                    copyUp,
                    idMapped,
                    idMapRecursive,
                    data);
        }
    }
}
