package jong.cli;

import java.util.List;
import jong.cli.command.Command;
import jong.cli.flags.FlagSet;
import jong.cli.terminal.Terminal;

/** Help texts, laid out as docker's. */
final class Help {

    static final String GLOBAL_FLAGS =
            """
                  --config string      Location of client config files (default "~/.docker")
              -c, --context string     Name of the context to use to connect to the daemon \
            (overrides DOCKER_HOST env var and default context set with "jong context use")
              -H, --host string        Daemon socket to connect to
              -v, --version            Print version information and quit
            """;

    private static final List<String> COMMON =
            List.of("run", "exec", "ps", "pull", "images", "version", "info");

    private Help() {}

    /** The help of the program. */
    static String program() {
        var text = new StringBuilder("Usage:  jong [OPTIONS] COMMAND\n\n");
        text.append("Docker, rebuilt in Java\n\nCommon Commands:\n");
        for (String name : COMMON) {
            line(text, name, summary(Commands.top(name)));
        }
        text.append("\nManagement Commands:\n");
        for (String group : Groups.LISTED) {
            line(text, group, Groups.summary(group));
        }
        text.append("\nCommands:\n");
        for (String name : Commands.TOP) {
            if (!COMMON.contains(name)) {
                line(text, name, summary(Commands.top(name)));
            }
        }
        text.append("\nGlobal Options:\n");
        text.append(new FlagSet(GLOBAL_FLAGS).help(Terminal.columns()));
        return text.append("\nRun 'jong COMMAND --help' for more information on a command.\n")
                .toString();
    }

    /** The help of a group such as {@code container}. */
    static String group(String group) {
        var text = new StringBuilder("Usage:  jong ").append(group).append(" COMMAND\n\n");
        text.append(Groups.summary(group)).append("\n\nCommands:\n");
        for (String name : Groups.commands(group)) {
            line(text, name, summary(Commands.in(group, name)));
        }
        text.append("\nRun 'jong ").append(group);
        return text.append(" COMMAND --help' for more information on a command.\n").toString();
    }

    /** The help of a command that was called as {@code path}. */
    static String command(String path, Command command, FlagSet flags) {
        var synopsis = command.synopsis();
        String usage = ("Usage:  " + path + " " + synopsis.arguments()).stripTrailing();
        var text = new StringBuilder(usage).append("\n\n").append(synopsis.summary()).append('\n');
        if (!synopsis.aliases().isEmpty()) {
            String aliases = synopsis.aliases().replace(", ", ", jong ");
            text.append("\nAliases:\n  jong ").append(aliases).append('\n');
        }
        String options = flags.help(Terminal.columns());
        if (!options.isEmpty()) {
            text.append("\nOptions:\n").append(options);
        }
        return text.toString();
    }

    private static String summary(@org.jspecify.annotations.Nullable Command command) {
        if (command == null) {
            throw new IllegalStateException("a command in the help does not exist");
        }
        String summary = command.synopsis().summary();
        int end = summary.indexOf('\n');
        return end < 0 ? summary : summary.substring(0, end);
    }

    private static void line(StringBuilder text, String name, String summary) {
        text.append("  ").append(name).repeat(' ', Math.max(1, 12 - name.length()));
        text.append(summary).append('\n');
    }
}
