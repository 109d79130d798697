package jong.engine.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jong.wire.status.StatusException.InvalidArgument;

/** The mount options of a container's tmpfs: docker's defaults, overridden by the user's. */
final class TmpfsOptions {

    private static final List<String> DEFAULTS = List.of("noexec", "nosuid", "nodev", "rprivate");

    private static final Set<String> FLAGS =
            Set.of(
                    "async",
                    "atime",
                    "bind",
                    "defaults",
                    "dev",
                    "diratime",
                    "dirsync",
                    "exec",
                    "mand",
                    "noatime",
                    "nodev",
                    "nodiratime",
                    "noexec",
                    "nomand",
                    "norelatime",
                    "nostrictatime",
                    "nosuid",
                    "private",
                    "rbind",
                    "relatime",
                    "remount",
                    "ro",
                    "rprivate",
                    "rshared",
                    "rslave",
                    "runbindable",
                    "rw",
                    "shared",
                    "slave",
                    "strictatime",
                    "suid",
                    "sync",
                    "unbindable");

    private static final Set<String> DATA =
            Set.of("gid", "mode", "mpol", "nr_blocks", "nr_inodes", "size", "uid");

    private TmpfsOptions() {}

    /**
     * Docker's defaults less those that {@code given} contradicts, then {@code given}.
     *
     * @throws InvalidArgument with docker's text if tmpfs does not know an option
     */
    static List<String> merge(List<String> given) {
        List<String> result = new ArrayList<>(DEFAULTS);
        for (String option : given) {
            check(option);
            result.removeIf(old -> contradicts(option, old));
        }
        result.addAll(given);
        return result;
    }

    private static boolean contradicts(String option, String old) {
        boolean propagation = old.equals("rprivate");
        return option.equals(old)
                || old.equals("no" + option)
                || (propagation && option.matches("r?(private|shared|slave|unbindable)"));
    }

    private static void check(String option) {
        int equals = option.indexOf('=');
        boolean known =
                equals < 0 ? FLAGS.contains(option) : DATA.contains(option.substring(0, equals));
        if (!known) {
            throw new InvalidArgument("invalid tmpfs option \"" + option + "\"");
        }
    }
}
