package jong.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import jong.api.client.EngineException;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.connect.GlobalOptions;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonException;
import org.jspecify.annotations.Nullable;

/** Finds the command that a command line means, and runs it. */
public final class Cli {

    private static final String PROGRAM = "jong";

    /** Commands that say their own name before the daemon's error, since a container speaks too. */
    private static final List<String> NAMED_ERRORS = List.of("run", "container run");

    private final Session session;

    /** A command line on the session's streams. */
    public Cli(Session session) {
        this.session = session;
    }

    /**
     * Runs a command line.
     *
     * @return the program's exit code
     */
    public int run(List<String> words) throws IOException {
        var global = new FlagSet(Help.GLOBAL_FLAGS);
        try {
            global.parse(words, false);
        } catch (FlagException e) {
            return refuse(e.getMessage(), PROGRAM + " [OPTIONS] COMMAND [ARG...]", PROGRAM, 125);
        }
        session.setOptions(
                new GlobalOptions(
                        global.text("config"), global.text("context"), global.text("host")));
        List<String> rest = global.arguments();
        if (global.on("version")) {
            session.out().println("Jong version " + Session.VERSION);
            return 0;
        }
        if (rest.isEmpty() || (rest.size() == 1 && rest.getFirst().equals("help"))) {
            session.out().print(Help.program());
            return 0;
        }
        if (rest.getFirst().equals("help")) {
            rest = new ArrayList<>(rest.subList(1, rest.size()));
            rest.add("--help");
        }
        return find(rest, global.on("help"));
    }

    private int find(List<String> words, boolean help) throws IOException {
        String first = words.getFirst();
        Command command = Commands.top(first);
        if (command != null) {
            return invoke(first, command, words.subList(1, words.size()), help);
        }
        if (!Groups.exists(first)) {
            return unknown(first, PROGRAM, "");
        }
        if (words.size() == 1 || words.get(1).equals("--help") || words.get(1).equals("-h")) {
            session.out().print(Help.group(first));
            return 0;
        }
        String second = words.get(1);
        command = Commands.in(first, second);
        if (command == null) {
            return unknown(
                    first + " " + second,
                    PROGRAM + " " + first,
                    "Usage:  " + PROGRAM + " " + first + "\n\n");
        }
        return invoke(first + " " + second, command, words.subList(2, words.size()), help);
    }

    private int unknown(String name, String parent, String usage) {
        session.err().println(PROGRAM + ": unknown command: " + PROGRAM + " " + name + "\n");
        session.err().println(usage + "Run '" + parent + " --help' for more information");
        return 1;
    }

    private int invoke(String path, Command command, List<String> words, boolean help)
            throws IOException {
        var flags = new FlagSet(command.flags());
        String full = PROGRAM + " " + path;
        String usage = full + " " + command.synopsis().arguments();
        try {
            flags.parse(words, command.interspersed());
            if (help || flags.on("help")) {
                session.out().print(Help.command(full, command, flags));
                return 0;
            }
            String complaint = complaint(command, flags);
            if (complaint != null) {
                String message = PROGRAM + ": '" + full + "' " + complaint;
                String hint = complaint.startsWith("requires at least") ? "See" : "Run";
                return refuse(message, usage, full, 1, hint);
            }
            return command.run(session, flags);
        } catch (FlagException e) {
            return refuse(e.getMessage(), usage, full, 125);
        } catch (RuntimeException | IOException e) {
            return fail(path, command, e);
        }
    }

    private static @Nullable String complaint(Command command, FlagSet flags) {
        return command.synopsis().arity().complaint(flags.arguments().size());
    }

    private int refuse(@Nullable String message, String usage, String path, int code) {
        return refuse(message, usage, path, code, "Run");
    }

    private int refuse(@Nullable String message, String usage, String path, int code, String hint) {
        session.err().println(message);
        session.err().println("\nUsage:  " + usage.stripTrailing());
        session.err().println("\n" + hint + " '" + path + " --help' for more information");
        return code;
    }

    /** Says why a command failed; anything but the expected kinds is a bug and shows its trace. */
    private int fail(String path, Command command, Exception failure) {
        session.out().flush();
        if (failure instanceof CommandException refused) {
            int code = refused.exitCode(command.failureCode());
            String message = String.valueOf(refused.getMessage());
            if (!message.isEmpty() && code == 1) {
                session.err().println(message); // Docker adds its name to the other codes only.
            } else if (!message.isEmpty()) {
                sayWithName(path, message);
            }
            return code;
        }
        if (failure instanceof RuntimeException bug
                && !(failure instanceof EngineException)
                && !(failure instanceof JsonException)
                && !(failure instanceof UncheckedIOException)) {
            throw bug;
        }
        say(path, String.valueOf(failure.getMessage()));
        return command.failureCode();
    }

    private void say(String path, String message) {
        if (NAMED_ERRORS.contains(path)) {
            sayWithName(path, message);
        } else {
            session.err().println(message);
        }
    }

    private void sayWithName(String path, String message) {
        session.err().println(PROGRAM + ": " + message);
        session.err().println("\nRun '" + PROGRAM + " " + path + " --help' for more information");
    }
}
