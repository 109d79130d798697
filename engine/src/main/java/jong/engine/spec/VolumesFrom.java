package jong.engine.spec;

import java.util.Optional;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * An entry of {@code VolumesFrom}: {@code CONTAINER[:MODE]}.
 *
 * @param container its name or id
 * @param readOnly whether nothing can be written, also where the container itself can
 */
public record VolumesFrom(String container, boolean readOnly) {

    /**
     * Reads an entry.
     *
     * @throws InvalidArgument with docker's text
     */
    public static VolumesFrom parse(String text) {
        if (text.isEmpty()) {
            throw new InvalidArgument("volumes-from specification cannot be an empty string");
        }
        String[] parts = text.split(":", 2);
        String word = parts.length == 1 ? "" : parts[1];
        Optional<BindMode> mode = BindMode.find(word).filter(VolumesFrom::suits);
        if (mode.isEmpty()) {
            throw new InvalidArgument("invalid mode: " + word);
        }
        return new VolumesFrom(parts[0], mode.get().readOnly());
    }

    /** What the other container chose for its mounts stays. */
    private static boolean suits(BindMode mode) {
        return mode.propagation().isEmpty() && !mode.noCopy() && mode.idMap().isNone();
    }
}
