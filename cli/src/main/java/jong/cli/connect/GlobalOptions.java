package jong.cli.connect;

/**
 * The flags that stand before a command.
 *
 * @param config directory of the configuration; empty for the default
 * @param context name of a context; empty if not given
 * @param host address of the daemon; empty if not given
 */
public record GlobalOptions(String config, String context, String host) {

    /** Nothing was given. */
    public static final GlobalOptions NONE = new GlobalOptions("", "", "");
}
