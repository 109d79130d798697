package jong.oci.runtime;

import java.util.Locale;
import jong.wire.status.StatusException.InvalidArgument;

/** The kinds of namespaces, with their clone flag (include/uapi/linux/sched.h) and /proc name. */
public enum NamespaceType {
    USER("user", 0x1000_0000L),
    PID("pid", 0x2000_0000L),
    NETWORK("net", 0x4000_0000L),
    MOUNT("mnt", 0x0002_0000L),
    IPC("ipc", 0x0800_0000L),
    UTS("uts", 0x0400_0000L),
    CGROUP("cgroup", 0x0200_0000L),
    TIME("time", 0x0000_0080L);

    private final String file;
    private final long cloneFlag;

    NamespaceType(String file, long cloneFlag) {
        this.file = file;
        this.cloneFlag = cloneFlag;
    }

    /** The specification's word. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The file's name in {@code /proc/PID/ns}. */
    public String file() {
        return file;
    }

    /** The kernel's {@code CLONE_NEW…} flag. */
    public long cloneFlag() {
        return cloneFlag;
    }

    static NamespaceType of(String word) {
        for (NamespaceType type : values()) {
            if (type.word().equals(word)) {
                return type;
            }
        }
        throw new InvalidArgument("namespace \"" + word + "\" does not exist");
    }
}
