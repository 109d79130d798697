package jong.runtime.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.Unimplemented;

/**
 * {@code jong-runc}: runc's commands over {@link jong.runtime.ContainerRuntime}.
 *
 * <p>Containers made here are watched by Jong's monitor, not by the caller: their output is seen by
 * {@code run} and {@code exec} alone, they have no terminal, and a caller cannot wait for their
 * process. That is enough for use by hand; standing in for runc under Docker or Podman is not.
 */
public final class RuntimeMain {

    private static final int ANY = Integer.MAX_VALUE;
    private static final int FAILED = 1;
    private static final int EXEC_FAILED = 255;

    private static final List<Flag> GLOBAL =
            List.of(
                    Flag.toggle("--debug"),
                    Flag.value("--log"),
                    Flag.value("--log-format"),
                    Flag.value("--root"),
                    Flag.toggle("--systemd-cgroup"),
                    Flag.value("--rootless"),
                    Flag.toggle("--version", "-v"),
                    Flag.toggle("--help", "-h"));

    private static final List<Flag> CREATE =
            List.of(
                    Flag.value("--bundle", "-b"),
                    Flag.value("--console-socket"),
                    Flag.value("--pid-file"),
                    Flag.toggle("--detach", "-d"),
                    Flag.toggle("--keep"));

    private static final List<Flag> EXEC =
            List.of(
                    Flag.value("--process", "-p"),
                    Flag.value("--cwd"),
                    Flag.value("--env", "-e"),
                    Flag.value("--user", "-u"),
                    Flag.value("--pid-file"),
                    Flag.value("--console-socket"),
                    Flag.toggle("--tty", "-t"),
                    Flag.toggle("--detach", "-d"),
                    Flag.toggle("--no-new-privs"));

    private static final Flag FORMAT = Flag.value("--format", "-f");

    private static final List<Command> COMMANDS =
            List.of(
                    new Command("create", "ID", 1, 1, CREATE, Lifecycle::create),
                    new Command("start", "ID", 1, 1, List.of(), Lifecycle::start),
                    new Command("run", "ID", 1, 1, CREATE, Lifecycle::run),
                    new Command("exec", "ID COMMAND…", 1, ANY, EXEC, Lifecycle::exec),
                    new Command(
                            "kill",
                            "ID [SIGNAL]",
                            1,
                            2,
                            List.of(Flag.toggle("--all", "-a")),
                            Lifecycle::kill),
                    new Command(
                            "delete",
                            "ID",
                            1,
                            1,
                            List.of(Flag.toggle("--force", "-f")),
                            Lifecycle::delete),
                    new Command("pause", "ID", 1, 1, List.of(), Lifecycle::pause),
                    new Command("resume", "ID", 1, 1, List.of(), Lifecycle::resume),
                    new Command("state", "ID", 1, 1, List.of(), Queries::state),
                    new Command(
                            "list",
                            "",
                            0,
                            0,
                            List.of(FORMAT, Flag.toggle("--quiet", "-q")),
                            Queries::list),
                    new Command("ps", "ID", 1, ANY, List.of(FORMAT), Queries::ps),
                    new Command(
                            "spec", "", 0, 0, List.of(Flag.value("--bundle", "-b")), Queries::spec),
                    new Command("features", "", 0, 0, List.of(), Queries::features));

    private RuntimeMain() {}

    /** Runs one command and ends the process with its status. */
    public static void main(String[] args) {
        Path program = Path.of(System.getProperty("jong.home", "."), "native", "jong-native");
        System.exit(run(program, Arrays.asList(args), System.out, System.err));
    }

    /** Runs one command; the result is the exit status. */
    static int run(Path program, List<String> args, PrintStream out, PrintStream errors) {
        var complaint = new Complaint("", false);
        String name = "";
        try {
            Arguments global = Arguments.parse(args, GLOBAL);
            complaint =
                    new Complaint(
                            global.value("--log", ""),
                            global.value("--log-format", "text").equals("json"));
            if (global.has("--version")) {
                out.println("jong-runc version 0.1.0\nspec: 1.2.1");
                return 0;
            }
            if (global.words().isEmpty() || global.has("--help")) {
                return help(out);
            }
            name = global.words().getFirst();
            return dispatch(program, global, out);
        } catch (StatusException | JsonException | IOException | UncheckedIOException e) {
            complaint.tell(prefix(name) + e.getMessage(), errors);
            return name.equals("exec") ? EXEC_FAILED : FAILED;
        }
    }

    /** What runc puts before an error; callers show it. */
    private static String prefix(String command) {
        return switch (command) {
            case "create", "run" -> "runc " + command + " failed: ";
            case "exec" -> "exec failed: ";
            default -> "";
        };
    }

    private static int dispatch(Path program, Arguments global, PrintStream out)
            throws IOException {
        if (global.has("--systemd-cgroup")) {
            throw new Unimplemented("--systemd-cgroup: systemd's cgroup driver is not supported");
        }
        Command command = find(global.words().getFirst());
        Arguments arguments =
                Arguments.parse(global.words().subList(1, global.words().size()), command.flags());
        int words = arguments.words().size();
        if (words < command.leastWords() || words > command.mostWords()) {
            throw new InvalidArgument(
                    command.name()
                            + ": "
                            + words
                            + " arguments, usage: jong-runc "
                            + command.name()
                            + " [OPTIONS] "
                            + command.usage());
        }
        Path root = Path.of(global.value("--root", "/run/jong-runc"));
        try (var session = new Session(program, root, out)) {
            return command.action().run(session, arguments);
        }
    }

    private static Command find(String name) {
        Optional<Command> command =
                COMMANDS.stream().filter(c -> c.name().equals(name)).findFirst();
        return command.orElseThrow(() -> new InvalidArgument("no such command: " + name));
    }

    private static int help(PrintStream out) {
        out.println("Usage: jong-runc [OPTIONS] COMMAND\n\nCommands:");
        COMMANDS.forEach(c -> out.println("  " + c.name() + " " + c.usage()));
        out.println("\nOptions:");
        GLOBAL.forEach(f -> out.println("  " + String.join(", ", f.names())));
        return 0;
    }
}
