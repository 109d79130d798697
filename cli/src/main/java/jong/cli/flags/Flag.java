package jong.cli.flags;

import java.util.ArrayList;
import java.util.List;

/** One flag of a command: how it is written, and the values that were given. */
final class Flag {

    private final String name;
    private final char shorthand;
    private final String type;
    private final String usage;
    private final List<String> values = new ArrayList<>(1);

    /**
     * Makes a flag.
     *
     * @param shorthand 0 for none
     * @param type the word that stands for the value in the help; empty for a switch
     */
    Flag(String name, char shorthand, String type, String usage) {
        this.name = name;
        this.shorthand = shorthand;
        this.type = type;
        this.usage = usage;
    }

    String name() {
        return name;
    }

    char shorthand() {
        return shorthand;
    }

    String type() {
        return type;
    }

    String usage() {
        return usage;
    }

    List<String> values() {
        return values;
    }

    boolean isSwitch() {
        return type.isEmpty();
    }

    /** The flag as error texts name it. */
    String spelling() {
        return shorthand == 0 ? "--" + name : "-" + shorthand + ", --" + name;
    }

    /**
     * Takes a value; the last one counts, except where a flag collects them.
     *
     * @throws FlagException if the value is not of the flag's type
     */
    void set(String value) {
        check(value);
        values.add(value);
    }

    private void check(String value) {
        switch (type) {
            case "" -> {
                if (FlagValues.parseBool(value) == null) {
                    throw invalid(value, "strconv.ParseBool: parsing ");
                }
            }
            case "int", "int64" -> requireNumber(value, "strconv.ParseInt", Long.MIN_VALUE);
            case "uint16" -> {
                if (requireNumber(value, "strconv.ParseUint", 0) > 0xffff) {
                    throw FlagException.invalid(
                            value,
                            spelling(),
                            "strconv.ParseUint: parsing \"" + value + "\": value out of range");
                }
            }
            case "uint64" -> requireNumber(value, "strconv.ParseUint", 0);
            case "bytes" -> FlagValues.bytes(value, spelling());
            case "duration" -> FlagValues.durationNanos(value, spelling());
            case "decimal" -> FlagValues.nanoCpus(value, spelling());
            default -> {
                // Texts and lists: what they mean is checked where they are used.
            }
        }
    }

    private long requireNumber(String value, String function, long minimum) {
        try {
            long number = Long.parseLong(value);
            if (number >= minimum) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw invalid(value, function + ": parsing ");
        }
        throw invalid(value, function + ": parsing ");
    }

    private FlagException invalid(String value, String function) {
        return FlagException.invalid(
                value, spelling(), function + "\"" + value + "\": invalid syntax");
    }
}
