package jong.runtime.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import jong.wire.json.JsonObject;

/**
 * The five sets of {@code process.capabilities} as masks of bits (include/uapi/linux/capability.h).
 * What cannot be given is left out with a warning, as the specification asks.
 */
public final class Capabilities {

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

    private final long bounding;
    private final long effective;
    private final long permitted;
    private final long inheritable;
    private final long ambient;
    private final List<String> warnings = new ArrayList<>();

    Capabilities(JsonObject sets) {
        SortedSet<String> unknown = new TreeSet<>();
        this.bounding = mask(sets, "bounding", unknown);
        this.effective = mask(sets, "effective", unknown);
        this.permitted = mask(sets, "permitted", unknown);
        this.inheritable = mask(sets, "inheritable", unknown);
        long wanted = mask(sets, "ambient", unknown);
        this.ambient = wanted & permitted & inheritable;
        if (!unknown.isEmpty()) {
            warnings.add(
                    "ignoring unknown or unavailable capabilities: ["
                            + String.join(" ", unknown)
                            + "]");
        }
        warnOfAmbient(wanted & ~ambient);
    }

    /** All names, in the order of their numbers. */
    public static List<String> names() {
        return NAMES;
    }

    private static long mask(JsonObject capabilities, String set, SortedSet<String> unknown) {
        long mask = 0;
        for (String name : capabilities.strings(set)) {
            int bit = NAMES.indexOf(name.toUpperCase(Locale.ROOT));
            if (bit < 0) {
                unknown.add(name);
            } else {
                mask |= 1L << bit;
            }
        }
        return mask;
    }

    /** The kernel's rule: ambient capabilities are permitted and inheritable ones. */
    private void warnOfAmbient(long refused) {
        for (int bit = 0; bit < NAMES.size(); bit++) {
            if ((refused >> bit & 1) != 0) {
                warnings.add(
                        "can't raise ambient capability "
                                + NAMES.get(bit)
                                + ": operation not permitted");
            }
        }
    }

    long bounding() {
        return bounding;
    }

    long effective() {
        return effective;
    }

    long permitted() {
        return permitted;
    }

    long inheritable() {
        return inheritable;
    }

    long ambient() {
        return ambient;
    }

    List<String> warnings() {
        return warnings;
    }
}
