package jong.runtime.cli;

import java.util.List;

/**
 * An option of a command.
 *
 * @param names without dashes; the first is its name
 * @param takesValue whether a value follows, after a space or {@code =}
 * @param help what it does, for the help text
 */
record Flag(List<String> names, boolean takesValue, String help) {

    static Flag toggle(String help, String... names) {
        return new Flag(List.of(names), false, help);
    }

    static Flag value(String help, String... names) {
        return new Flag(List.of(names), true, help);
    }

    String name() {
        return names.getFirst();
    }
}
