package jong.runtime.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jong.runtime.cgroups.ContainerCgroups;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * {@code jong-runc}: runc's commands.
 *
 * <p>This is the brain of two: the program that was called is the native front, which started this
 * one and waits for its requests (docs/front-protocol.md). Everything that ends in an answer on
 * stdout is done here alone.
 */
public final class RuntimeMain {

    private static final int FAILED = 1;
    private static final int NO_SUCH_COMMAND = 3;
    private static final int EXEC_FAILED = 255;

    private final List<String> line;
    private final PrintStream out;
    private final PrintStream errors;
    private final Map<String, String> environment;
    private Log log;

    private RuntimeMain(
            List<String> line,
            PrintStream out,
            PrintStream errors,
            Map<String, String> environment) {
        this.line = line;
        this.out = out;
        this.errors = errors;
        this.environment = environment;
        this.log = new Log("", false, false, errors);
    }

    /** Runs one command and ends the process with its status. */
    public static void main(String[] args) {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false);
        var errors = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
        int status =
                new RuntimeMain(new ArrayList<>(Arrays.asList(args)), out, errors, System.getenv())
                        .run(null);
        out.flush();
        // Without hooks to run; System.exit would also look for a logger to tell.
        Runtime.getRuntime().halt(status);
    }

    /** Runs one command with this front; the result is the exit status. */
    static int run(List<String> line, PrintStream out, PrintStream errors, Front front) {
        return new RuntimeMain(line, out, errors, Map.of()).run(front);
    }

    private int run(@Nullable Front front) {
        String name = "";
        try {
            Arguments global = Arguments.parse(line, Commands.GLOBAL, true);
            if (global.has("version")) {
                out.println("jong-runc version " + Version.text());
                return 0;
            }
            openLog(global);
            name = global.words().isEmpty() ? "help" : global.words().getFirst();
            Command command = find(name);
            if (global.has("help") || command == null) {
                return help(name, command);
            }
            return dispatch(command, global, front);
        } catch (Arguments.UsageException e) {
            out.println("Incorrect Usage: " + e.getMessage() + "\n");
            Help.program(out);
            return fail(e.getMessage(), FAILED);
        } catch (StatusException | JsonException | IOException | UncheckedIOException e) {
            return fail(prefix(name) + explain(e), name.equals("exec") ? EXEC_FAILED : FAILED);
        }
    }

    private int fail(@Nullable String message, int status) {
        log.error(String.valueOf(message));
        return status;
    }

    static String explain(Exception e) {
        if (e instanceof java.nio.file.NoSuchFileException missing) {
            return missing.getFile() + ": no such file or directory";
        }
        if (e instanceof java.nio.file.AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (e instanceof java.nio.file.FileAlreadyExistsException existing) {
            return existing.getFile() + ": file exists";
        }
        if (e instanceof java.nio.file.NotDirectoryException other) {
            return other.getFile() + ": not a directory";
        }
        if (e instanceof java.nio.file.FileSystemException other && other.getReason() != null) {
            return other.getFile() + ": " + other.getReason().toLowerCase(Locale.ROOT);
        }
        return String.valueOf(e.getMessage());
    }

    private void openLog(Arguments global) throws IOException {
        String format = global.value("log-format", "text");
        if (!format.equals("text") && !format.equals("json") && !format.isEmpty()) {
            throw new InvalidArgument("invalid log-format: " + format);
        }
        log = new Log("", format.equals("json"), global.has("debug"), errors);
        log = log.into(global.value("log", ""));
    }

    /** What runc puts before an error; callers show it. */
    private static String prefix(String command) {
        return switch (command) {
            case "create", "run", "restore" -> "runc " + command + " failed: ";
            case "exec" -> "exec failed: ";
            default -> "";
        };
    }

    private static @Nullable Command find(String name) {
        for (Command command : Commands.ALL) {
            if (command.name().equals(name)) {
                return command;
            }
        }
        return null;
    }

    private int help(String name, @Nullable Command command) {
        if (command != null) {
            Help.command(out, command);
            return 0;
        }
        if (name.equals("help") || name.equals("h")) {
            Help.program(out);
            return 0;
        }
        return fail("No help topic for '" + name + "'", NO_SUCH_COMMAND);
    }

    private int dispatch(Command command, Arguments global, @Nullable Front front)
            throws IOException {
        List<String> rest = global.words().subList(1, global.words().size());
        if (rest.size() == 1
                && (rest.getFirst().equals("-h") || rest.getFirst().equals("--help"))) {
            return help(command.name(), command);
        }
        Arguments arguments;
        try {
            arguments = Arguments.parse(rest, command.flags(), command.words().thenCommand());
        } catch (Arguments.UsageException e) {
            out.println("Incorrect Usage: " + e.getMessage() + "\n");
            Help.command(out, command);
            return fail(e.getMessage(), FAILED);
        }
        int words = arguments.words().size();
        if (words < command.words().least() || words > command.words().most()) {
            out.println("Incorrect Usage.\n");
            Help.command(out, command);
            return fail(command.words().complaint(command.name(), words), FAILED);
        }
        return command.action().run(session(global, front), arguments);
    }

    private Session session(Arguments global, @Nullable Front front) throws IOException {
        var options =
                new Session.Options(
                        root(global),
                        global.given("root"),
                        global.has("systemd-cgroup"),
                        rootless(global.value("rootless", "auto")));
        Front known = front != null ? front : Front.ofThisProcess(log);
        return new Session(options, out, log, known);
    }

    private static boolean rootless(String option) throws IOException {
        return switch (option) {
            case "auto" -> ContainerCgroups.ofOrdinaryUser();
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidArgument("invalid value for --rootless: " + option);
        };
    }

    /** The directory of the user's session is for ordinary users: root does not trust it. */
    private StateRoot root(Arguments global) throws IOException {
        String given = global.value("root", "");
        if (global.given("root")) {
            Path path = Path.of(given).toAbsolutePath().normalize();
            if (path.getNameCount() == 0) {
                throw new InvalidArgument("Option --root argument should not be set to /");
            }
            return new StateRoot(path);
        }
        String own = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        boolean rootless =
                !own.isEmpty()
                        && ContainerCgroups.ofOrdinaryUser()
                        && !environment.getOrDefault("USER", "").equals("root");
        return new StateRoot(Path.of(rootless ? own : "/run", "jong-runc"));
    }
}
