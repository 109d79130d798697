package jong.manager.tasks;

import java.time.Instant;
import jong.runtime.cgroups.CgroupUsage;

/**
 * What a task used.
 *
 * @param read when the numbers were read
 * @param usage the kernel's raw numbers
 */
public record TaskMetrics(Instant read, CgroupUsage usage) {}
