package jong.runtime.cli;

/** What {@code --version} prints: callers look for the first line's last word and for spec. */
final class Version {

    /** The version of the runtime specification that is followed. */
    static final String SPECIFICATION = "1.3.0";

    private static final String PROGRAM = "0.1.0";

    private Version() {}

    /** Without the program's name; several lines. */
    static String text() {
        return PROGRAM
                // docker info shows this as the runtime's version.
                + "\ncommit: v"
                + PROGRAM
                + "\nspec: "
                + SPECIFICATION
                + "\njava: "
                + System.getProperty("java.version", "");
    }
}
