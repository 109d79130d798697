package jong.engine.volumes;

import java.util.regex.Pattern;
import jong.engine.containers.Identifiers;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * A checked wish for a volume.
 *
 * @param name its name, never empty
 * @param driver empty for that of a volume that exists, else {@code local}
 * @param anonymous whether the name was made up here
 * @param options of the driver, or null
 * @param labels free, or null
 */
record VolumeRequest(
        String name,
        String driver,
        boolean anonymous,
        @Nullable JsonObject options,
        @Nullable JsonObject labels) {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");

    /**
     * Reads a wish.
     *
     * @param name empty to have one made up
     * @param driver empty for {@code local}
     */
    static VolumeRequest of(
            String name, String driver, @Nullable JsonObject options, @Nullable JsonObject labels) {
        boolean anonymous = name.isEmpty();
        String chosen = anonymous ? Identifiers.random() : name;
        return new VolumeRequest(chosen, driver, anonymous, options, labels);
    }

    /** Whether it says that the local driver is meant. */
    boolean isLocal() {
        return driver.equals(LocalVolumes.NAME);
    }

    /** The same with that driver. */
    VolumeRequest of(String other) {
        return new VolumeRequest(name, other, anonymous, options, labels);
    }

    /** Checks the name, for the local driver; others have rules of their own. */
    void checkName() {
        checkName("create " + name, name);
    }

    /**
     * Checks the options, which do not matter for a volume that exists.
     *
     * @throws InvalidArgument with docker's texts
     */
    void checkOptions() {
        try {
            VolumeOptions.check(new JsonObject().with("Options", options).stringMap("Options"));
        } catch (InvalidArgument e) {
            throw new InvalidArgument("create " + name + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks a name.
     *
     * @param action what it is for, as errors begin: {@code create NAME}
     * @throws InvalidArgument with docker's text
     */
    static void checkName(String action, String name) {
        if (name.length() == 1 && name.charAt(0) < 0x80) { // One byte, as dockerd counts.
            throw new InvalidArgument(
                    action
                            + ": volume name is too short, names should be at least two"
                            + " alphanumeric characters");
        }
        if (!NAME.matcher(name).matches()) {
            throw new InvalidArgument(
                    ("%s: \"%s\" includes invalid characters for a local volume name, only"
                                    + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended"
                                    + " to pass a host directory, use absolute path")
                            .formatted(action, name));
        }
    }
}
