package jong.runtime.cgroups;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * systemd, asked by its own programs: they speak D-Bus as that version of systemd wants it, and no
 * library for it needs to be here.
 */
final class ServiceManager {

    private static final Path RUNNING = Path.of("/run/systemd/system");

    /** Says that it stands in the scope, and holds that until its input ends. */
    private static final String HOLDER = "echo; exec cat";

    private final boolean user;

    /**
     * @param user whether it is the manager of this user, rather than the system's
     */
    ServiceManager(boolean user) {
        this.user = user;
    }

    /**
     * Refuses where there is none.
     *
     * @throws InvalidArgument with runc's text
     */
    static void require() {
        if (!Files.isDirectory(RUNNING)) {
            throw new InvalidArgument(
                    "systemd cgroup flag passed, but systemd support for managing cgroups is not"
                            + " available");
        }
    }

    /** Its version, of which the first line is {@code systemd 252 (252.39-1~deb12u1)}. */
    int version() throws IOException {
        String[] words = run("systemctl", "--version").split("\\s+", 3);
        try {
            return Integer.parseInt(words[1].replaceAll("[^0-9].*", ""));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new Internal("systemctl told no version: " + String.join(" ", words), e);
        }
    }

    /** The slice of containers that name none. */
    String defaultSlice() {
        return user ? "user.slice" : "system.slice";
    }

    /** The cgroup below which its units are; empty for the root. */
    String ownCgroup() throws IOException {
        return user ? run("systemctl", "show", "--property=ControlGroup", "--value") : "";
    }

    /**
     * Makes a scope; returns when it stands.
     *
     * @param properties {@code NAME=VALUE}
     * @return a process in it, without which the scope would vanish. It ends when its input is
     *     closed, if only by the end of this program
     */
    Process startScope(SystemdUnit unit, List<String> properties) throws IOException {
        List<String> command = command("systemd-run");
        command.addAll(List.of("--quiet", "--collect", "--scope"));
        command.add("--slice=" + unit.slice());
        command.add("--unit=" + unit.unitName());
        for (String property : properties) {
            command.add("--property=" + property);
        }
        command.addAll(List.of("--", "/bin/sh", "-c", HOLDER));
        Process holder = new ProcessBuilder(command).start();
        if (holder.getInputStream().read() < 0) {
            throw new Internal(
                    "unable to start unit \""
                            + unit.unitName()
                            + "\" (properties "
                            + properties
                            + "): "
                            + text(holder.getErrorStream().readAllBytes()));
        }
        return holder;
    }

    void setProperties(SystemdUnit unit, List<String> properties) throws IOException {
        if (properties.isEmpty()) {
            return;
        }
        List<String> arguments = new ArrayList<>(List.of("set-property", "--runtime"));
        arguments.add(unit.unitName());
        arguments.addAll(properties);
        run("systemctl", arguments.toArray(String[]::new));
    }

    /** Stops the scope, if there is one. */
    void stop(SystemdUnit unit) throws IOException {
        // What ended by itself has been collected, and is unknown by now.
        if (!run("systemctl", "show", "--property=LoadState", "--value", unit.unitName())
                .equals("not-found")) {
            run("systemctl", "stop", unit.unitName());
        }
    }

    private String run(String program, String... arguments) throws IOException {
        List<String> command = command(program);
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = text(process.getInputStream().readAllBytes());
        if (status(process) != 0) {
            throw new Internal(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private List<String> command(String program) {
        List<String> command = new ArrayList<>();
        command.add(program);
        if (user) {
            command.add("--user");
        }
        return command;
    }

    private static int status(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("waiting for systemd");
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8).strip();
    }
}
