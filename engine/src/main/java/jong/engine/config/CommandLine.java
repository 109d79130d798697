package jong.engine.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.engine.config.OptionSpec.Kind;

/** Reads the flags of the daemon as Go's pflag does, with its error texts. */
final class CommandLine {

    private static final int BAD_USAGE = 125;

    private final Map<OptionSpec, List<String>> values = new LinkedHashMap<>();

    private CommandLine() {}

    /**
     * Reads the arguments.
     *
     * @return the values of the options that were given
     * @throws UsageException with dockerd's text
     */
    static Map<OptionSpec, List<String>> parse(List<String> arguments) {
        var line = new CommandLine();
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            if (argument.startsWith("--") && argument.length() > 2) {
                line.readLong(argument.substring(2), rest);
            } else if (argument.startsWith("-") && argument.length() > 1) {
                line.readShort(argument, rest);
            } else {
                throw new UsageException(
                        1,
                        "\"jongd\" accepts no argument(s).\nSee 'jongd --help'.\n\n"
                                + "Usage:  jongd [OPTIONS]");
            }
        }
        return line.values;
    }

    private void readLong(String text, Iterator<String> rest) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        OptionSpec option =
                OptionTable.byName(name).orElseThrow(() -> wrong("unknown flag: --" + name));
        if (equals >= 0) {
            set(option, text.substring(equals + 1));
        } else if (option.kind() == Kind.BOOL) {
            set(option, "true");
        } else if (rest.hasNext()) {
            set(option, rest.next());
        } else {
            throw wrong("flag needs an argument: --" + name);
        }
    }

    private void readShort(String argument, Iterator<String> rest) {
        String letters = argument.substring(1);
        while (!letters.isEmpty()) {
            String letter = letters.substring(0, 1);
            letters = letters.substring(1);
            OptionSpec option =
                    OptionTable.byShorthand(letter).orElseThrow(() -> unknown(argument, letter));
            if (letters.startsWith("=")) {
                set(option, letters.substring(1));
                return;
            }
            if (option.kind() == Kind.BOOL) {
                set(option, "true");
                continue;
            }
            if (letters.isEmpty() && !rest.hasNext()) {
                throw wrong("flag needs an argument: '" + letter + "' in " + argument);
            }
            set(option, letters.isEmpty() ? rest.next() : letters);
            return;
        }
    }

    private void set(OptionSpec option, String value) {
        Optional<String> problem = Values.problem(option.kind(), value);
        if (problem.isPresent()) {
            throw wrong(
                    "invalid argument \""
                            + value
                            + "\" for \""
                            + option.flag()
                            + "\" flag: "
                            + problem.get());
        }
        List<String> list = values.computeIfAbsent(option, _ -> new ArrayList<>());
        if (!option.kind().repeats()) {
            list.clear();
        }
        list.add(value);
    }

    private static UsageException unknown(String argument, String letter) {
        return wrong("unknown shorthand flag: '" + letter + "' in " + argument);
    }

    private static UsageException wrong(String what) {
        return new UsageException(
                BAD_USAGE, "Status: " + what + "\nSee 'jongd --help'., Code: " + BAD_USAGE);
    }
}
