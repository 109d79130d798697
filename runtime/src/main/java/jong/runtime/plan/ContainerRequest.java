package jong.runtime.plan;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.Spec;
import jong.runtime.seccomp.SeccompProgram;

/**
 * What a container's plan is made from.
 *
 * @param id the container's id
 * @param spec its configuration
 * @param bundle the directory that relative bind sources start from
 * @param rootfs its root
 * @param entries what its root gets besides; not in /dev if this is a bind of another one
 * @param cgroup where it belongs
 * @param seccomp the compiled filter of {@code spec}
 * @param startFifo the file whose opening starts the process, or empty when a monitor tells it
 * @param sessionKeyring whether it gets a session keyring of its own
 * @param preservedFds how many descriptors from 3 on it keeps
 * @param noPivot whether the root is moved into its place, for hosts whose root cannot be pivoted
 */
public record ContainerRequest(
        String id,
        Spec spec,
        Path bundle,
        Rootfs rootfs,
        List<RootEntry> entries,
        CgroupPlacement cgroup,
        Optional<SeccompProgram> seccomp,
        String startFifo,
        boolean sessionKeyring,
        int preservedFds,
        boolean noPivot) {

    /** For a monitor: no FIFO, a session keyring, stdio only. */
    public ContainerRequest(
            String id,
            Spec spec,
            Path bundle,
            Rootfs rootfs,
            List<RootEntry> entries,
            CgroupPlacement cgroup,
            Optional<SeccompProgram> seccomp) {
        this(id, spec, bundle, rootfs, entries, cgroup, seccomp, "", true, 0, false);
    }

    boolean ownCgroupNamespace() {
        return spec.linux().namespaces().containsKey(NamespaceType.CGROUP);
    }
}
