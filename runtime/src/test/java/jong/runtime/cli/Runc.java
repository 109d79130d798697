package jong.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** The program as it is shipped, with the classes under test as its brain, and a busybox bundle. */
final class Runc {

    private static final Path PROGRAM = Path.of("target/native/jong-native").toAbsolutePath();

    final Path directory;
    final Path bundle;
    private final Path program;

    /**
     * What a run ended with.
     *
     * @param status its exit status
     * @param out what it printed
     * @param errors likewise, on stderr
     */
    record Result(int status, String out, String errors) {

        Result succeeded() {
            assertThat(status).as(errors).isZero();
            return this;
        }

        /** The text of the last line of the log, as a user reads it. */
        String message() {
            String line = errors.strip().lines().reduce("", (_, last) -> last);
            String quoted = line.substring(line.indexOf(" msg=") + " msg=".length());
            return quoted.startsWith("\"") ? (String) Json.parse(quoted.getBytes(UTF_8)) : quoted;
        }

        JsonObject json() {
            return Json.parseObject(out);
        }
    }

    Runc(Path directory) throws IOException {
        this.directory = directory.toRealPath(LinkOption.NOFOLLOW_LINKS);
        this.bundle = Files.createDirectories(this.directory.resolve("bundle"));
        this.program = Files.createDirectories(this.directory.resolve("bin")).resolve("jong-runc");
        Files.copy(PROGRAM, program);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xrs", "-cp"));
        command.add(classes());
        command.add(RuntimeMain.class.getName());
        Path lib = Files.createDirectories(this.directory.resolve("lib"));
        Files.write(lib.resolve("jong-runc.command"), command);
        makeRoot();
        run("spec", "--bundle", bundle.toString()).succeeded();
        configure(config -> config.object("process").with("terminal", false));
    }

    private static String classes() {
        return Stream.of("jdk.module.path", "java.class.path")
                .map(name -> System.getProperty(name, ""))
                .filter(path -> !path.isEmpty())
                .reduce(
                        Path.of("target/classes").toAbsolutePath().toString(),
                        (all, path) -> all + File.pathSeparator + path);
    }

    private void makeRoot() throws IOException {
        Path root = bundle.resolve("rootfs");
        for (String name : List.of("bin", "etc", "proc", "dev", "sys", "tmp")) {
            Files.createDirectories(root.resolve(name));
        }
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        for (String name : List.of("sh", "true", "cat", "sleep", "id", "ls", "stty", "readlink")) {
            Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
        }
    }

    /** Changes config.json. */
    void configure(java.util.function.Consumer<JsonObject> change) throws IOException {
        Path file = bundle.resolve("config.json");
        JsonObject config = Json.parseObject(Files.readAllBytes(file));
        change.accept(config);
        Files.write(file, Json.writeBytes(config));
    }

    /** Sets the command of the container. */
    void args(String... args) throws IOException {
        configure(config -> {
            config.object("process").with("args", List.of(args)).with("env", List.of("PATH=/bin"));
        });
    }

    Path state(String id) {
        return directory.resolve("state").resolve(id);
    }

    /** The command line of a run with these words. */
    List<String> line(String... words) {
        List<String> line = new ArrayList<>();
        line.add(program.toString());
        line.addAll(List.of("--root", directory.resolve("state").toString()));
        line.addAll(List.of(words));
        return line;
    }

    /** Runs a command to its end, without input. */
    Result run(String... words) throws IOException {
        return run(new ProcessBuilder(line(words)), "");
    }

    /** Runs any program to its end. */
    Result run(ProcessBuilder builder, String input) throws IOException {
        Path out = Files.createTempFile(directory, "out", "");
        Path errors = Files.createTempFile(directory, "err", "");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(errors.toFile()).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(UTF_8));
        }
        int status = process.onExit().join().exitValue();
        String said = Files.readString(errors);
        // What the JVM says of calls into C: their start would cost more than all the rest.
        assertThat(said).doesNotContain("restricted method", "native-access");
        return new Result(status, Files.readString(out), said);
    }

    /** Ends what a test left, and looks that nothing stays. */
    void close(String id) throws IOException {
        run("delete", "--force", id).succeeded();
        assertThat(state(id)).doesNotExist();
        for (String controller : List.of("", "memory", "freezer", "pids")) {
            assertThat(Path.of("/sys/fs/cgroup", controller, id)).doesNotExist();
        }
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .doesNotContain(directory.toString());
    }
}
