package jong.runtime.box;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.ExecPlanRequest;
import jong.runtime.plan.PlanCompiler;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** A container that stays until it is closed, so that others can join it. */
public final class Running implements AutoCloseable {

    /** The script of a container's first process: it says that it runs, and stays. */
    public static final String STAY = "echo ready; exec sleep 60";

    /** Where the start time is in {@code /proc/PID/stat}, counted from after the name. */
    private static final int START_TIME = 19;

    private final Box box;
    private final JsonObject config;
    private final List<String> prefix;
    private final Process program;
    private final ProcessHandle first;

    /** Starts a container whose script is {@link #STAY}. */
    public Running(Box box, JsonObject config) throws IOException {
        this(box, config, List.of());
    }

    /** The same, all commands on the host beginning with {@code prefix}. */
    public Running(Box box, JsonObject config, List<String> prefix) throws IOException {
        this.box = box;
        this.config = config;
        this.prefix = prefix;
        this.program = new ProcessBuilder(prefixed(box.command(config))).start();
        String line = program.inputReader().readLine();
        if (!"ready".equals(line)) {
            throw new IOException(line + program.errorReader().readLine());
        }
        this.first = program.children().findFirst().orElseThrow();
    }

    private List<String> prefixed(List<String> command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }

    /** The file of one of its namespaces: {@code user}, {@code net}. */
    public Path namespace(String kind) {
        return Path.of("/proc/" + first.pid() + "/ns/" + kind);
    }

    /** Runs a script in it. */
    public Outcome exec(String script) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + first.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return exec(script, Long.parseLong(fields[START_TIME]));
    }

    /** Runs a script in it if it began at {@code startTime}, in clock ticks since boot. */
    public Outcome exec(String script, long startTime) throws IOException {
        JsonObject process =
                Json.parseObject("{\"cwd\":\"/\",\"env\":[\"PATH=/bin\"],\"user\":{\"uid\":0}}");
        process.with("args", List.of("sh", "-c", script));
        var request =
                new ExecPlanRequest(
                        "box",
                        box.beside(""),
                        new Spec(config),
                        new ProcessSpec(process),
                        (int) first.pid(),
                        startTime,
                        new CgroupPlacement(List.of(), List.of(), false),
                        Optional.empty(),
                        "",
                        0);
        Path file = Files.write(box.beside("exec.plan"), PlanCompiler.exec(request).encode());
        return Box.run(prefixed(List.of(box.program(), "exec", file.toString())));
    }

    @Override
    public void close() throws InterruptedException {
        first.destroyForcibly();
        program.waitFor();
    }
}
