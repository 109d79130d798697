package jong.runtime.cli;

import java.util.List;

/**
 * An option of a command.
 *
 * @param names with their dashes; the first is its name
 * @param takesValue whether a value follows, after a space or {@code =}
 */
record Flag(List<String> names, boolean takesValue) {

    static Flag toggle(String... names) {
        return new Flag(List.of(names), false);
    }

    static Flag value(String... names) {
        return new Flag(List.of(names), true);
    }

    String name() {
        return names.getFirst();
    }
}
