package jong.oci.runtime;

import java.util.List;
import java.util.Optional;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * One program of {@code hooks}.
 *
 * @param json the object
 */
public record HookSpec(JsonObject json) {

    private static final long MOST_SECONDS = Integer.MAX_VALUE / 1000;

    /** The program, an absolute path. */
    public String path() {
        return json.string("path");
    }

    /** Its arguments from the 0th on, or none. */
    public List<String> args() {
        return json.strings("args");
    }

    /** Its environment; nothing when the configuration does not say. */
    public Optional<List<String>> env() {
        @Nullable List<String> env = json.stringsOrNull("env");
        return Optional.ofNullable(env);
    }

    /**
     * After how many milliseconds it is killed; 0 for never.
     *
     * @throws InvalidArgument if the configuration has a timeout that is not above zero
     */
    public int timeoutMillis() {
        @Nullable Long seconds = json.numberOrNull("timeout");
        if (seconds == null) {
            return 0;
        }
        if (seconds <= 0) {
            throw new InvalidArgument("hook timeout must be greater than zero: " + seconds);
        }
        return (int) (Math.min(seconds, MOST_SECONDS) * 1000);
    }
}
