package jong.runtime.plan;

import java.nio.file.Path;
import java.util.Optional;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.runtime.seccomp.SeccompProgram;

/**
 * What the plan of one more process in a container is made from.
 *
 * @param id the container's id
 * @param bundle the directory that its configuration speaks of
 * @param container its configuration
 * @param process what is run
 * @param initPid the container's first process
 * @param initStartTime field 22 of that process's {@code /proc/PID/stat}
 * @param cgroup where the process belongs
 * @param seccomp the compiled filter of {@code container}
 * @param startFifo the file whose opening starts the process, or empty when a monitor tells it
 * @param preservedFds how many descriptors from 3 on it keeps
 */
public record ExecPlanRequest(
        String id,
        Path bundle,
        Spec container,
        ProcessSpec process,
        int initPid,
        long initStartTime,
        CgroupPlacement cgroup,
        Optional<SeccompProgram> seccomp,
        String startFifo,
        int preservedFds) {}
