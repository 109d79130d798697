package jong.runtime.monitor;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a monitor knows of one process.
 *
 * @param session 0 for the container's first one
 * @param pid its id
 * @param phase how far it is
 * @param exitCode its exit code when it has ended
 * @param startedAt when its command began; the epoch if it did not
 */
public record SessionState(int session, int pid, Phase phase, int exitCode, Instant startedAt) {

    /** How far a process is. */
    public enum Phase {
        /** Its mounts are being made. */
        CREATING,
        /** It waits for the word to begin. */
        READY,
        /** Its command runs. */
        RUNNING,
        /** It has ended. */
        ENDED
    }

    static List<SessionState> read(Frame states) throws IOException {
        int count = states.u32();
        List<SessionState> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int session = states.u32();
            int pid = states.u32();
            int phase = states.u32();
            int code = states.u32();
            Instant started = ExitRecord.instant(states.u64());
            states.u64();
            if (phase < 0 || phase >= Phase.values().length) {
                throw new IOException("the monitor told an unknown state " + phase);
            }
            result.add(new SessionState(session, pid, Phase.values()[phase], code, started));
        }
        return result;
    }
}
