package jong.engine.config;

/**
 * One option of the daemon, with dockerd's name.
 *
 * @param name the flag without dashes
 * @param shorthand the letter of the short flag; {@code ""} for none
 * @param kind what values look like
 * @param key the member of the configuration file; {@code ""} if it stands on the command line only
 * @param fallback the value when it is not given; {@code ""} for none
 * @param effective whether Jong acts on it; otherwise it is taken, with a warning
 * @param help what {@code --help} says
 */
record OptionSpec(
        String name,
        String shorthand,
        Kind kind,
        String key,
        String fallback,
        boolean effective,
        String help) {

    /** What values look like. */
    enum Kind {
        /** May stand without a value, which means true. */
        BOOL(""),
        /** A whole number. */
        INT("int"),
        /** Anything. */
        STRING("string"),
        /** May come several times. */
        LIST("list"),
        /** {@code name=value}, may come several times. */
        MAP("map"),
        /** JSON that only the configuration file can hold. */
        OBJECT("object");

        private final String placeholder;

        Kind(String placeholder) {
            this.placeholder = placeholder;
        }

        String placeholder() {
            return placeholder;
        }

        boolean repeats() {
            return this == LIST || this == MAP;
        }
    }

    /** The flag as error texts name it: {@code -D, --debug}. */
    String flag() {
        return shorthand.isEmpty() ? "--" + name : "-" + shorthand + ", --" + name;
    }
}
