package jong.cli.flags;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The flags of one command, with the rules of the library that docker uses (pflag).
 *
 * <p>Flags are declared by the text that the help shows, one on each line: {@code -a, --all Show
 * all}, {@code --name string Give a name}. A flag without a type word is a switch: it may stand
 * alone or as {@code --all=false}. Lines that do not start with a dash continue the text above;
 * {@code (hidden)} as the text keeps a flag out of the help.
 */
public final class FlagSet {

    /** The usage of a flag that the help does not show. */
    private static final String HIDDEN = "(hidden)";

    private final Map<String, Flag> byName = new LinkedHashMap<>();
    private final @Nullable Flag[] byShorthand = new Flag[128];
    private final List<String> arguments = new ArrayList<>();

    /** Declares the flags of {@code help}, and {@code --help}. */
    public FlagSet(String help) {
        new FlagDeclarations(this::add).read(help);
        if (!byName.containsKey("help")) {
            byName.put("help", new Flag("help", (char) 0, "", HIDDEN));
        }
    }

    /**
     * Reads a command line.
     *
     * @param interspersed whether flags may follow arguments; {@code run} and {@code exec} say no,
     *     since what follows belongs to the container's command
     * @throws FlagException with docker's text, if a flag is unknown or its value is wrong
     */
    public void parse(List<String> words, boolean interspersed) {
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at++);
            if (word.equals("--")) {
                arguments.addAll(words.subList(at, words.size()));
                return;
            }
            if (word.startsWith("--")) {
                at = parseLong(word, words, at);
            } else if (word.length() > 1 && word.charAt(0) == '-') {
                at = parseShort(word, words, at);
            } else {
                arguments.add(word);
                if (!interspersed) {
                    arguments.addAll(words.subList(at, words.size()));
                    return;
                }
            }
        }
    }

    /** What is not a flag, in order. */
    public List<String> arguments() {
        return arguments;
    }

    /** Whether the flag was given. */
    public boolean given(String name) {
        return !flag(name).values().isEmpty();
    }

    /** A switch; off unless given. */
    public boolean on(String name) {
        return on(name, false);
    }

    /** A switch with a default. */
    public boolean on(String name, boolean fallback) {
        Flag flag = flag(name);
        return flag.values().isEmpty()
                ? fallback
                : Boolean.TRUE.equals(FlagValues.parseBool(flag.values().getLast()));
    }

    /** The last value given, or an empty text. */
    public String text(String name) {
        return text(name, "");
    }

    /** The last value given, or {@code fallback}. */
    public String text(String name, String fallback) {
        Flag flag = flag(name);
        return flag.values().isEmpty() ? fallback : flag.values().getLast();
    }

    /** All values given, in order. */
    public List<String> all(String name) {
        return flag(name).values();
    }

    /** A whole number, or {@code fallback} if the flag was not given. */
    public long number(String name, long fallback) {
        return given(name) ? Long.parseLong(text(name)) : fallback;
    }

    /** A size in bytes; 0 if the flag was not given. */
    public long bytes(String name) {
        return given(name) ? FlagValues.bytes(text(name), spelling(name)) : 0;
    }

    /** A duration in nanoseconds; 0 if the flag was not given. */
    public long nanos(String name) {
        return given(name) ? FlagValues.durationNanos(text(name), spelling(name)) : 0;
    }

    /** The flag as error texts name it: {@code -m, --memory}. */
    public String spelling(String name) {
        return flag(name).spelling();
    }

    /** The lines of the help, wrapped for a terminal of {@code columns}. */
    public String help(int columns) {
        List<Flag> shown = new ArrayList<>(byName.values());
        shown.removeIf(flag -> flag.usage().equals(HIDDEN));
        return FlagHelp.lines(shown, columns);
    }

    private void add(Flag flag) {
        byName.put(flag.name(), flag);
        if (flag.shorthand() != 0) {
            byShorthand[flag.shorthand()] = flag;
        }
    }

    private Flag flag(String name) {
        Flag flag = byName.get(name);
        if (flag == null) {
            throw new IllegalStateException("flag --" + name + " is not declared");
        }
        return flag;
    }

    private int parseLong(String word, List<String> words, int next) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
        if (name.isEmpty() || name.startsWith("-")) {
            throw new FlagException("bad flag syntax: " + word);
        }
        Flag flag = byName.get(name);
        if (flag == null) {
            throw new FlagException("unknown flag: --" + name);
        }
        if (equals >= 0) {
            flag.set(word.substring(equals + 1));
        } else if (flag.isSwitch()) {
            flag.set("true");
        } else if (next < words.size()) {
            flag.set(words.get(next));
            return next + 1;
        } else {
            throw new FlagException("flag needs an argument: --" + name);
        }
        return next;
    }

    private int parseShort(String word, List<String> words, int next) {
        for (int i = 1; i < word.length(); i++) {
            char letter = word.charAt(i);
            Flag flag = letter < byShorthand.length ? byShorthand[letter] : null;
            if (flag == null) {
                if (letter == 'h') {
                    flag("help").set("true");
                    return next;
                }
                throw new FlagException(
                        "unknown shorthand flag: '" + letter + "' in " + "-" + word.substring(i));
            }
            String rest = word.substring(i + 1);
            if (rest.startsWith("=") && rest.length() > 1) {
                flag.set(rest.substring(1));
                return next;
            }
            if (!flag.isSwitch()) {
                return parseShortValue(flag, word.substring(i), words, next);
            }
            flag.set("true");
        }
        return next;
    }

    private static int parseShortValue(Flag flag, String group, List<String> words, int next) {
        if (group.length() > 1) {
            flag.set(group.substring(1));
            return next;
        }
        if (next >= words.size()) {
            throw new FlagException(
                    "flag needs an argument: '" + flag.shorthand() + "' in -" + group);
        }
        flag.set(words.get(next));
        return next + 1;
    }
}
