package jong.runtime.validate;

import java.nio.file.Path;

/**
 * What the machine can do. Each question is asked only for a configuration to which it matters, so
 * answers may look at files.
 */
public interface Host {

    /** Whether processes have SELinux labels. */
    boolean selinux();

    /** Whether processes have AppArmor profiles. */
    boolean apparmor();

    /** Whether the kernel has namespaces of a kind, by its name in {@code /proc/self/ns}. */
    boolean hasNamespace(String file);

    /**
     * Whether a path is the network namespace that we are in ourselves.
     *
     * @throws java.io.IOException if it cannot be seen
     */
    boolean isOwnNetwork(Path namespace) throws java.io.IOException;

    /** Whether the processor's resource director is at hand. */
    boolean resctrl();

    /** Whether it gives parts of a resource away: {@code L3}, or {@code MB} of bandwidth. */
    boolean resctrlShares(String resource);

    /** This machine. */
    static Host local() {
        return LocalHost.INSTANCE;
    }
}
