package jong.runtime.seccomp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import jong.oci.runtime.SeccompSpec;

/**
 * Compiles system call profiles into filters. Thread-safe; remembers the last few, since nearly all
 * containers have the same one.
 */
public final class SeccompCompiler {

    private static final int REMEMBERED = 16;

    /** By the profile's JSON text; the oldest unused one goes first. */
    private final Map<String, SeccompProgram> compiled =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(
                                Map.Entry<String, SeccompProgram> eldest) {
                            return size() > REMEMBERED;
                        }
                    });

    /** A compiler that remembers nothing yet. */
    public SeccompCompiler() {}

    /**
     * The filter of a profile.
     *
     * @throws jong.wire.status.StatusException.InvalidArgument for a word that the specification
     *     does not have, or notifications that nobody could answer
     */
    public SeccompProgram compile(SeccompSpec profile) {
        String key = profile.json().toString();
        SeccompProgram known = compiled.get(key);
        if (known != null) {
            return known;
        }
        SeccompProgram program = new ProfileCompilation(profile).compile();
        compiled.put(key, program);
        return program;
    }
}
