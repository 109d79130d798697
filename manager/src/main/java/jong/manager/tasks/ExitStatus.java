package jong.manager.tasks;

import java.time.Instant;

/**
 * How a process ended.
 *
 * @param code 0 to 255; 128 + n after signal n, as shells have it
 * @param signal the signal that ended it, 0 if it exited by itself
 * @param at when
 * @param oomKilled whether the kernel killed a process of the container for lack of memory
 */
public record ExitStatus(int code, int signal, Instant at, boolean oomKilled) {}
