package jong.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.Spec;
import jong.runtime.monitor.OutputLog;
import jong.runtime.plan.RootEntry;
import jong.runtime.plan.Rootfs;

/**
 * What {@link ContainerRuntime#create} makes a container from.
 *
 * @param id its id
 * @param spec its configuration
 * @param bundle where relative bind sources start
 * @param rootfs its root
 * @param entries what its root gets besides
 * @param stdin whether the first process's input stays open for attached clients
 * @param log where its output goes
 */
public record ContainerSetup(
        String id,
        Spec spec,
        Path bundle,
        Rootfs rootfs,
        List<RootEntry> entries,
        boolean stdin,
        Optional<OutputLog> log) {}
