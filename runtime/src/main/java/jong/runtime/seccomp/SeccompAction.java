package jong.runtime.seccomp;

import java.util.Map;
import java.util.Set;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** What a filter answers: {@code SECCOMP_RET_*} (include/uapi/linux/seccomp.h). */
final class SeccompAction {

    static final int KILL_THREAD = 0;
    static final int ALLOW = 0x7fff_0000;
    static final int ERRNO = 0x0005_0000;
    static final int NOTIFY = 0x7fc0_0000;
    static final String NOTIFY_WORD = "SCMP_ACT_NOTIFY";
    private static final int LOG = 0x7ffc_0000;
    private static final int TRACE = 0x7ff0_0000;
    private static final int EPERM = 1;
    private static final int DATA = 0xffff;

    private static final Map<String, Integer> WORDS =
            Map.of(
                    "SCMP_ACT_KILL",
                    KILL_THREAD,
                    "SCMP_ACT_KILL_THREAD",
                    KILL_THREAD,
                    "SCMP_ACT_KILL_PROCESS",
                    0x8000_0000,
                    "SCMP_ACT_TRAP",
                    0x0003_0000,
                    "SCMP_ACT_ERRNO",
                    ERRNO,
                    "SCMP_ACT_TRACE",
                    TRACE,
                    "SCMP_ACT_ALLOW",
                    ALLOW,
                    "SCMP_ACT_LOG",
                    LOG,
                    NOTIFY_WORD,
                    NOTIFY);

    private SeccompAction() {}

    /** All words. */
    static Set<String> words() {
        return WORDS.keySet();
    }

    /**
     * The answer for a word of the specification.
     *
     * @param number the error number or tracer's message, or null for EPERM
     */
    static int answer(String word, @Nullable Long number) {
        Integer action = WORDS.get(word);
        if (action == null) {
            throw new InvalidArgument("string " + word + " is not a valid action for seccomp");
        }
        if (action != ERRNO && action != TRACE) {
            return action;
        }
        return action | (number == null ? EPERM : number.intValue() & DATA);
    }

    /** Whether calls with this answer run, or are left to someone who knows new ones himself. */
    static boolean permits(int answer) {
        return answer == ALLOW || answer == LOG || (answer & ~DATA) == TRACE;
    }
}
