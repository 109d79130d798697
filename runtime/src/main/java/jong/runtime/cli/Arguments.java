package jong.runtime.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * A command line taken apart: options first, then words; the first word ends the options, as in
 * runc, so that a command to be run keeps its own.
 *
 * @param values each given option's values by name; {@code "true"} for one that takes none
 * @param words what is not an option
 */
record Arguments(Map<String, List<String>> values, List<String> words) {

    /**
     * Takes {@code line} apart.
     *
     * @throws InvalidArgument for an option that is not among {@code flags}
     */
    static Arguments parse(List<String> line, List<Flag> flags) {
        Map<String, List<String>> values = new HashMap<>();
        int at = 0;
        while (at < line.size() && line.get(at).startsWith("-") && !line.get(at).equals("-")) {
            String word = line.get(at++);
            if (word.equals("--")) {
                break;
            }
            int equals = word.indexOf('=');
            Flag flag = find(equals < 0 ? word : word.substring(0, equals), flags);
            String value = equals < 0 ? "true" : word.substring(equals + 1);
            if (flag.takesValue() && equals < 0) {
                if (at == line.size()) {
                    throw new InvalidArgument("flag needs an argument: " + word);
                }
                value = line.get(at++);
            }
            values.computeIfAbsent(flag.name(), _ -> new ArrayList<>()).add(value);
        }
        return new Arguments(values, List.copyOf(line.subList(at, line.size())));
    }

    /** runc takes {@code -root} as well as {@code --root}. */
    private static Flag find(String word, List<Flag> flags) {
        String name = word.replaceFirst("^--?", "");
        for (Flag flag : flags) {
            for (String known : flag.names()) {
                if (known.replaceFirst("^--?", "").equals(name)) {
                    return flag;
                }
            }
        }
        throw new InvalidArgument("flag provided but not defined: " + word);
    }

    boolean has(String name) {
        return values.containsKey(name) && !value(name, "").equals("false");
    }

    /** The last value given, or {@code fallback}. */
    String value(String name, String fallback) {
        List<String> given = values.getOrDefault(name, List.of());
        return given.isEmpty() ? fallback : given.getLast();
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The word that names the container. */
    String id() {
        return words.getFirst();
    }
}
