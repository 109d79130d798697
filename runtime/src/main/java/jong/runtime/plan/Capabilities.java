package jong.runtime.plan;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import jong.wire.json.JsonObject;

/** Names of capabilities and their bits (include/uapi/linux/capability.h). */
public final class Capabilities {

    private static final System.Logger LOG = System.getLogger(Capabilities.class.getName());

    /** In the order of their numbers. */
    private static final List<String> NAMES =
            List.of(
                    "CAP_CHOWN",
                    "CAP_DAC_OVERRIDE",
                    "CAP_DAC_READ_SEARCH",
                    "CAP_FOWNER",
                    "CAP_FSETID",
                    "CAP_KILL",
                    "CAP_SETGID",
                    "CAP_SETUID",
                    "CAP_SETPCAP",
                    "CAP_LINUX_IMMUTABLE",
                    "CAP_NET_BIND_SERVICE",
                    "CAP_NET_BROADCAST",
                    "CAP_NET_ADMIN",
                    "CAP_NET_RAW",
                    "CAP_IPC_LOCK",
                    "CAP_IPC_OWNER",
                    "CAP_SYS_MODULE",
                    "CAP_SYS_RAWIO",
                    "CAP_SYS_CHROOT",
                    "CAP_SYS_PTRACE",
                    "CAP_SYS_PACCT",
                    "CAP_SYS_ADMIN",
                    "CAP_SYS_BOOT",
                    "CAP_SYS_NICE",
                    "CAP_SYS_RESOURCE",
                    "CAP_SYS_TIME",
                    "CAP_SYS_TTY_CONFIG",
                    "CAP_MKNOD",
                    "CAP_LEASE",
                    "CAP_AUDIT_WRITE",
                    "CAP_AUDIT_CONTROL",
                    "CAP_SETFCAP",
                    "CAP_MAC_OVERRIDE",
                    "CAP_MAC_ADMIN",
                    "CAP_SYSLOG",
                    "CAP_WAKE_ALARM",
                    "CAP_BLOCK_SUSPEND",
                    "CAP_AUDIT_READ",
                    "CAP_PERFMON",
                    "CAP_BPF",
                    "CAP_CHECKPOINT_RESTORE");

    private Capabilities() {}

    /** All names, in the order of their numbers. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The bits of one of the sets of {@code process.capabilities}. An unknown name only gives a
     * warning, as the specification asks.
     */
    static long mask(JsonObject capabilities, String set) {
        long mask = 0;
        for (String name : capabilities.strings(set)) {
            int bit = NAMES.indexOf(name.toUpperCase(Locale.ROOT));
            if (bit < 0) {
                LOG.log(Level.WARNING, "ignoring unknown capability {0}", name);
            } else {
                mask |= 1L << bit;
            }
        }
        return mask;
    }
}
