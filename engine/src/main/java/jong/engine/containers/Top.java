package jong.engine.containers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/** The processes of a container, as the host's {@code ps} shows them: docker's way, too. */
final class Top {

    private final EventSink events;

    Top(EventSink events) {
        this.events = events;
    }

    /**
     * Runs ps and keeps the lines of the container's processes.
     *
     * @param psArguments of ps, separated by blanks; empty for {@code -ef}
     * @throws Internal with docker's text if ps was asked for no PID column, or fails
     */
    JsonObject top(Container container, String psArguments) throws InterruptedException {
        if (container.state().restarting()) {
            throw new Conflict(
                    "Container "
                            + container.id()
                            + " is restarting, wait until the"
                            + " container is running");
        }
        Set<String> pids =
                container.runningTask().pids().stream()
                        .map(Object::toString)
                        .collect(Collectors.toSet());
        JsonObject result = parse(ps(psArguments.isEmpty() ? "-ef" : psArguments), pids);
        events.publish("container", "top", container.id(), container.attributes());
        return result;
    }

    private static List<String> ps(String arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("ps"));
        for (String argument : arguments.trim().split("\\s+")) {
            // ps also takes a file's or user's name; nothing here may look like another option.
            if (argument.indexOf('\0') >= 0) {
                throw new InvalidArgument("invalid ps argument");
            }
            command.add(argument);
        }
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new Internal("ps: " + output.strip());
            }
            return output.lines().toList();
        } catch (IOException e) {
            throw new Internal("cannot run ps: " + e.getMessage(), e);
        }
    }

    static JsonObject parse(List<String> lines, Set<String> pids) {
        List<String> titles = words(lines.isEmpty() ? "" : lines.getFirst(), Integer.MAX_VALUE);
        int pidColumn = titles.indexOf("PID");
        if (pidColumn < 0) {
            throw new Internal("Couldn't find PID field in ps output");
        }
        List<List<String>> processes = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> fields = words(line, titles.size());
            if (fields.size() > pidColumn && pids.contains(fields.get(pidColumn))) {
                processes.add(fields);
            }
        }
        return new JsonObject().with("Processes", processes).with("Titles", titles);
    }

    /** At most {@code limit} fields; the last one keeps its blanks. */
    private static List<String> words(String line, int limit) {
        String stripped = line.strip();
        return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+", limit));
    }
}
