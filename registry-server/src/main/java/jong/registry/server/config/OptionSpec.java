package jong.registry.server.config;

import java.util.Locale;

/**
 * An option of {@code jong registry}.
 *
 * @param name as a flag without dashes, and as a key of the configuration file
 * @param value what its value is called in the help; {@code ""} for a switch
 * @param repeatable whether it may be given several times
 * @param help one line
 */
record OptionSpec(String name, String value, boolean repeatable, String help) {

    static OptionSpec of(String name, String value, String help) {
        return new OptionSpec(name, value, false, help);
    }

    static OptionSpec many(String name, String value, String help) {
        return new OptionSpec(name, value, true, help);
    }

    static OptionSpec toggle(String name, String help) {
        return new OptionSpec(name, "", false, help);
    }

    boolean isSwitch() {
        return value.isEmpty();
    }

    /** The environment variable that sets it. */
    String variable() {
        return "JONG_REGISTRY_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
