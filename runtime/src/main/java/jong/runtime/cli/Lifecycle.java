package jong.runtime.cli;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.runtime.Container;
import jong.runtime.ContainerExec;
import jong.runtime.ContainerSetup;
import jong.runtime.monitor.ExitRecord;
import jong.runtime.monitor.Monitor;
import jong.runtime.monitor.MonitorAttachment;
import jong.runtime.plan.Rootfs;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.Unimplemented;

/** The commands that change a container. */
final class Lifecycle {

    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;
    private static final int STDERR_STREAM = 2;
    private static final Monitor.Streams OUTPUT = new Monitor.Streams(false, true, true, false);

    private Lifecycle() {}

    static int create(Session session, Arguments arguments) throws IOException {
        make(session, arguments);
        return 0;
    }

    private static Container make(Session session, Arguments arguments) throws IOException {
        refuseConsole(arguments);
        Path bundle = Path.of(arguments.value("--bundle", "")).toAbsolutePath().normalize();
        Spec spec = new Spec(readJson(bundle.resolve("config.json"), "JSON specification file "));
        if (spec.process().map(ProcessSpec::terminal).orElse(false)) {
            throw new Unimplemented("process.terminal: jong-runc does not hand out terminals");
        }
        Path rootfs = bundle.resolve(spec.rootPath()).normalize();
        if (!Files.isDirectory(rootfs)) {
            throw new InvalidArgument("invalid rootfs: " + rootfs + " is not a directory");
        }
        Container container =
                session.runtime()
                        .create(
                                new ContainerSetup(
                                        arguments.id(),
                                        spec,
                                        bundle,
                                        new Rootfs.Directory(rootfs),
                                        false,
                                        Optional.empty()));
        try {
            container.awaitReady();
            writePid(arguments, container.pid());
            return container;
        } catch (RuntimeException | IOException e) {
            container.destroy();
            throw e;
        }
    }

    private static void refuseConsole(Arguments arguments) {
        if (arguments.has("--console-socket") || arguments.has("--tty")) {
            throw new Unimplemented("jong-runc does not hand out terminals");
        }
    }

    private static JsonObject readJson(Path file, String what) throws IOException {
        try {
            return Json.parseObject(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new NotFound(what + file + " not found", e);
        } catch (JsonException e) {
            throw new InvalidArgument(file + ": " + e.getMessage(), e);
        }
    }

    private static void writePid(Arguments arguments, int pid) throws IOException {
        String file = arguments.value("--pid-file", "");
        if (!file.isEmpty()) {
            Files.writeString(Path.of(file), Integer.toString(pid));
        }
    }

    static int start(Session session, Arguments arguments) {
        Container container = session.container(arguments.id());
        switch (container.status()) {
            case "created" -> container.start();
            case "stopped" -> throw new Conflict("cannot start a container that has stopped");
            default -> throw new Conflict("cannot start an already running container");
        }
        return 0;
    }

    static int run(Session session, Arguments arguments) throws IOException {
        Container container = make(session, arguments);
        if (arguments.has("--detach")) {
            container.start();
            return 0;
        }
        ExitRecord end;
        try (MonitorAttachment output = container.attach(OUTPUT)) {
            container.start();
            copy(output, session.out());
            end = container.exit().join();
        }
        if (!arguments.has("--keep")) {
            container.delete();
        }
        return end.code();
    }

    /** Takes the frames apart until the process has ended. */
    private static void copy(MonitorAttachment output, PrintStream out) throws IOException {
        var frames = new DataInputStream(output.frames());
        try {
            while (true) {
                int stream = frames.readInt() >>> 24;
                byte[] bytes = frames.readNBytes(frames.readInt());
                OutputStream target = stream == STDERR_STREAM ? System.err : out;
                target.write(bytes);
                target.flush();
            }
        } catch (EOFException e) {
            out.flush();
        }
    }

    static int exec(Session session, Arguments arguments) throws IOException {
        refuseConsole(arguments);
        Container container = session.container(arguments.id());
        if (container.status().equals("stopped")) {
            throw new Conflict("cannot exec in a stopped container");
        }
        ContainerExec exec = container.exec(execProcess(container, arguments), false);
        writePid(arguments, exec.pid());
        if (arguments.has("--detach")) {
            exec.start();
            return 0;
        }
        try (MonitorAttachment output = exec.attach(OUTPUT)) {
            exec.start();
            copy(output, session.out());
        }
        return exec.exit().join().code();
    }

    private static ProcessSpec execProcess(Container container, Arguments arguments)
            throws IOException {
        String file = arguments.value("--process", "");
        if (!file.isEmpty()) {
            return new ProcessSpec(readJson(Path.of(file), "process file "));
        }
        List<String> command = arguments.words().subList(1, arguments.words().size());
        if (command.isEmpty()) {
            throw new InvalidArgument("exec args cannot be empty");
        }
        JsonObject process = container.spec().json().object("process").copy();
        process.with("terminal", false).with("args", command);
        if (arguments.has("--cwd")) {
            process.with("cwd", arguments.value("--cwd", "/"));
        }
        List<String> env = new java.util.ArrayList<>(process.strings("env"));
        env.addAll(arguments.all("--env"));
        process.with("env", env);
        if (arguments.has("--user")) {
            process.with("user", user(arguments.value("--user", "")));
        }
        if (arguments.has("--no-new-privs")) {
            process.with("noNewPrivileges", true);
        }
        return new ProcessSpec(process);
    }

    /** Numbers only, as in runc: a slip must not run the command as somebody else. */
    private static JsonObject user(String text) {
        if (!text.matches("[0-9]{1,10}(:[0-9]{1,10})?")) {
            throw new InvalidArgument("parsing user " + text + ": not uid[:gid]");
        }
        int colon = text.indexOf(':');
        long uid = Long.parseLong(colon < 0 ? text : text.substring(0, colon));
        long gid = colon < 0 ? 0 : Long.parseLong(text.substring(colon + 1));
        return new JsonObject().with("uid", uid).with("gid", gid);
    }

    static int kill(Session session, Arguments arguments) {
        List<String> words = arguments.words();
        int signo = words.size() > 1 ? Signals.number(words.get(1)) : SIGTERM;
        Container container = session.container(arguments.id());
        if (container.status().equals("stopped")) {
            throw new Conflict("container not running");
        }
        boolean sharedPids =
                !container
                        .spec()
                        .linux()
                        .namespaces()
                        .containsKey(jong.oci.runtime.NamespaceType.PID);
        if (arguments.has("--all") || (sharedPids && signo == SIGKILL)) {
            container.signalAll(signo);
        } else {
            container.signal(signo);
        }
        return 0;
    }

    static int delete(Session session, Arguments arguments) {
        Optional<Container> found = session.runtime().find(arguments.id());
        if (found.isEmpty()) {
            if (arguments.has("--force")) {
                return 0;
            }
            throw new NotFound("container does not exist");
        }
        Container container = found.get();
        String status = container.status();
        if (arguments.has("--force") || status.equals("created")) {
            container.destroy();
        } else if (status.equals("stopped")) {
            container.delete();
        } else {
            throw new Conflict(
                    "cannot delete container "
                            + container.id()
                            + " that is not stopped: "
                            + status);
        }
        return 0;
    }

    static int pause(Session session, Arguments arguments) {
        Container container = session.container(arguments.id());
        if (!container.status().equals("running")) {
            throw new Conflict("container not running");
        }
        container.pause();
        return 0;
    }

    static int resume(Session session, Arguments arguments) {
        Container container = session.container(arguments.id());
        if (!container.status().equals("paused")) {
            throw new Conflict("container not paused");
        }
        container.resume();
        return 0;
    }
}
