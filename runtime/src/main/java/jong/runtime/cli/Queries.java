package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/** The commands that only tell. */
final class Queries {

    private static final int COLUMN_WIDTH = 12;
    private static final int COLUMN_GAP = 3;

    private Queries() {}

    static int state(Session session, Arguments arguments) throws IOException {
        JsonObject state = describe(session.instance(arguments.id()));
        session.out().print(Json.writePretty(state.with("owner", ""), "  "));
        return 0;
    }

    private static JsonObject describe(Instance instance) throws IOException {
        String status = instance.status();
        State state = instance.state();
        return new JsonObject()
                .with("ociVersion", state.ociVersion())
                .with("id", state.id())
                .with("pid", status.equals("stopped") ? 0 : state.pid())
                .with("status", status)
                .with("bundle", state.bundle().toString())
                .with("rootfs", state.rootfs().toString())
                .with("created", state.created())
                .withUnlessEmpty("annotations", state.annotations());
    }

    static int list(Session session, Arguments arguments) throws IOException {
        List<JsonObject> all = new ArrayList<>();
        for (String id : ids(session)) {
            try {
                JsonObject container = describe(session.instance(id));
                Path directory = session.root().directory(id).path();
                all.add(container.with("owner", Files.getOwner(directory).getName()));
            } catch (NotFound | NoSuchFileException e) {
                session.log().debug("load container " + id + ": " + e.getMessage());
            } catch (JsonException e) {
                session.log().warning("load container " + id + ": " + e.getMessage());
            }
        }
        if (arguments.has("quiet")) {
            all.forEach(c -> session.out().println(c.string("id")));
            return 0;
        }
        switch (arguments.value("format", "table")) {
            case "json" -> session.out().println(all.isEmpty() ? "null" : Json.write(all));
            case "table" -> table(session, all);
            default -> throw new InvalidArgument("invalid format option");
        }
        return 0;
    }

    private static List<String> ids(Session session) throws IOException {
        try {
            return session.root().ids();
        } catch (NoSuchFileException e) {
            if (session.options().rootGiven()) {
                throw new NotFound(
                        "open " + session.root().path() + ": no such file or directory", e);
            }
            return List.of();
        }
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
                            c.string("owner")));
        }
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size() - 1; column++) {
                String cell = row.get(column);
                line.append(cell).repeat(" ", width(rows, column) - cell.length());
            }
            session.out().println(line.append(row.getLast()));
        }
    }

    private static int width(List<List<String>> rows, int column) {
        int longest = 0;
        for (List<String> row : rows) {
            longest = Math.max(longest, row.get(column).length());
        }
        return Math.max(longest + COLUMN_GAP, COLUMN_WIDTH);
    }
}
