package jong.runtime.seccomp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** What a profile may say, as the compiler's own tables have it; each list is sorted. */
public final class SeccompWords {

    private SeccompWords() {}

    /** {@code SCMP_ACT_…}. */
    public static List<String> actions() {
        return sorted(SeccompAction.words());
    }

    /** {@code SCMP_CMP_…}. */
    public static List<String> operators() {
        return sorted(ArgumentTest.OPERATORS);
    }

    /** {@code SCMP_ARCH_…} whose calls are filtered. */
    public static List<String> architectures() {
        return sorted(ProfileCompilation.ARCHITECTURES.keySet());
    }

    /** {@code SECCOMP_FILTER_FLAG_…}. */
    public static List<String> flags() {
        return sorted(ProfileCompilation.FLAGS.keySet());
    }

    private static List<String> sorted(Collection<String> words) {
        List<String> result = new ArrayList<>(words);
        Collections.sort(result);
        return result;
    }
}
