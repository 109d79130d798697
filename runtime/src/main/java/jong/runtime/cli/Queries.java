package jong.runtime.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.runtime.Container;
import jong.runtime.plan.PlanCompiler;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.AlreadyExists;
import jong.wire.status.StatusException.InvalidArgument;

/** The commands that only tell. */
final class Queries {

    private static final String VERSION = "1.2.1";

    private Queries() {}

    static int state(Session session, Arguments arguments) {
        session.out().println(Json.writePretty(describe(session.container(arguments.id())), "  "));
        return 0;
    }

    private static JsonObject describe(Container container) {
        String status = container.status();
        var annotations = new JsonObject();
        container.spec().annotations().forEach(annotations::with);
        return new JsonObject()
                .with("ociVersion", VERSION)
                .with("id", container.id())
                .with("pid", status.equals("stopped") ? 0L : (long) container.pid())
                .with("status", status)
                .with("bundle", container.bundle().toString())
                .with("rootfs", container.bundle().resolve(container.spec().rootPath()).toString())
                .with("created", container.createdAt().toString())
                .withUnlessEmpty("annotations", annotations)
                .with("owner", "");
    }

    static int list(Session session, Arguments arguments) {
        List<JsonObject> all = session.runtime().list().stream().map(Queries::describe).toList();
        if (arguments.has("--quiet")) {
            all.forEach(c -> session.out().println(c.string("id")));
            return 0;
        }
        switch (arguments.value("--format", "table")) {
            case "json" -> session.out().println(Json.write(all));
            case "table" -> table(session, all);
            default -> throw new InvalidArgument("invalid format option");
        }
        return 0;
    }

    private static void table(Session session, List<JsonObject> containers) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"));
        for (JsonObject c : containers) {
            rows.add(
                    List.of(
                            c.string("id"),
                            Long.toString(c.number("pid")),
                            c.string("status"),
                            c.string("bundle"),
                            c.string("created"),
                            "root"));
        }
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream().mapToInt(r -> r.get(at).length()).max().orElse(0);
                line.append(row.get(column)).repeat(" ", width + 3 - row.get(column).length());
            }
            session.out().println(line.toString().stripTrailing());
        }
    }

    static int ps(Session session, Arguments arguments) throws IOException {
        List<Integer> pids = session.container(arguments.id()).pids();
        switch (arguments.value("--format", "table")) {
            case "json" ->
                    session.out().println(Json.write(pids.stream().map(p -> (long) p).toList()));
            case "table" -> {
                session.out().println("    PID CMD");
                for (int pid : pids) {
                    session.out().printf("%7d %s%n", pid, command(pid));
                }
            }
            default -> throw new InvalidArgument("invalid format option");
        }
        return 0;
    }

    private static String command(int pid) throws IOException {
        Path file = Path.of("/proc", Integer.toString(pid), "cmdline");
        return Files.exists(file) ? Files.readString(file).replace('\0', ' ').strip() : "";
    }

    static int spec(Session session, Arguments arguments) throws IOException {
        Path file = Path.of(arguments.value("--bundle", "")).resolve("config.json");
        if (Files.exists(file)) {
            throw new AlreadyExists("File config.json exists. Remove it first");
        }
        Files.writeString(file, resource("spec.json"));
        return 0;
    }

    static int features(Session session, Arguments arguments) throws IOException {
        JsonObject features = Json.parseObject(resource("features.json"));
        features.with("mountOptions", PlanCompiler.mountOptions());
        features.object("linux").with("capabilities", jong.runtime.plan.Capabilities.names());
        session.out().println(Json.writePretty(features, "  "));
        return 0;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Queries.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
