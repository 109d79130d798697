package jong.runtime.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A command line taken apart.
 *
 * @param values each given option's values by name; {@code "true"} for one that takes none
 * @param words what is not an option
 */
record Arguments(Map<String, List<String>> values, List<String> words) {

    /** One that does not follow the rules; the text is that of Go's flag package. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /**
     * Takes {@code line} apart. One dash is as good as two, as in runc.
     *
     * @param stopAtWord whether the first word ends the options, so that a command to be run keeps
     *     its own
     * @throws UsageException for an option that is not among {@code flags}, or lacks its value
     */
    static Arguments parse(List<String> line, List<Flag> flags, boolean stopAtWord) {
        Map<String, List<String>> values = new HashMap<>();
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < line.size()) {
            String word = line.get(at++);
            if (word.length() < 2 || word.charAt(0) != '-') {
                words.add(word);
                if (stopAtWord) {
                    break;
                }
                continue;
            }
            if (word.equals("--")) {
                break;
            }
            int equals = word.indexOf('=');
            String name = word.substring(dashes(word), equals < 0 ? word.length() : equals);
            Flag flag = find(name, flags);
            String value = equals < 0 ? "true" : word.substring(equals + 1);
            if (flag.takesValue() && equals < 0) {
                if (at == line.size()) {
                    throw new UsageException("flag needs an argument: -" + name);
                }
                value = line.get(at++);
            }
            values.computeIfAbsent(flag.name(), _ -> new ArrayList<>()).add(value);
        }
        words.addAll(line.subList(at, line.size()));
        return new Arguments(values, words);
    }

    private static int dashes(String word) {
        return word.charAt(1) == '-' ? 2 : 1;
    }

    private static Flag find(String name, List<Flag> flags) {
        for (Flag flag : flags) {
            if (flag.names().contains(name)) {
                return flag;
            }
        }
        throw new UsageException("flag provided but not defined: -" + name);
    }

    /** Whether a toggle is set. */
    boolean has(String name) {
        String value = value(name, "false");
        return value.equals("true") || value.equals("1") || value.equals("t");
    }

    /** Whether the option was given at all. */
    boolean given(String name) {
        return values.containsKey(name);
    }

    /** The last value given, or {@code fallback}. */
    String value(String name, String fallback) {
        List<String> given = values.get(name);
        return given == null ? fallback : given.getLast();
    }

    /** All values given, in order. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /**
     * A number given, or {@code fallback}.
     *
     * @throws UsageException if it is none
     */
    int number(String name, int fallback) {
        String text = value(name, "");
        try {
            return text.isEmpty() ? fallback : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new UsageException(
                    "invalid value \"" + text + "\" for flag -" + name + ": parse error");
        }
    }

    /** The word that names the container. */
    String id() {
        return words.getFirst();
    }
}
