package jong.runtime.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jong.wire.json.Json;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/** The command {@code ps}: the host's {@code ps}, reduced to the container's processes. */
final class Processes {

    private Processes() {}

    static int ps(Session session, Arguments arguments) throws IOException {
        List<Integer> pids = session.instance(arguments.id()).cgroup().pids();
        switch (arguments.value("format", "table")) {
            case "json" -> session.out().println(Json.write(pids));
            case "table" -> table(session, arguments, pids);
            default -> throw new InvalidArgument("invalid format option");
        }
        return 0;
    }

    private static void table(Session session, Arguments arguments, List<Integer> pids)
            throws IOException {
        String[] lines = output(arguments).split("\n", -1);
        int column = fields(lines[0]).indexOf("PID");
        if (column < 0) {
            throw new Internal("couldn't find PID field in ps output");
        }
        List<String> wanted = pids.stream().map(String::valueOf).toList();
        session.out().println(lines[0]);
        for (int i = 1; i < lines.length; i++) {
            List<String> fields = fields(lines[i]);
            if (fields.size() > column && wanted.contains(fields.get(column))) {
                session.out().println(lines[i]);
            }
        }
    }

    private static String output(Arguments arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add("ps");
        command.addAll(arguments.words().subList(1, arguments.words().size()));
        if (command.size() == 1) {
            command.add("-ef");
        }
        Process ps = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int status = ps.waitFor();
            if (status != 0) {
                throw new Internal("exit status " + status + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return output;
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>(List.of(line.strip().split("\\s+", -1)));
        fields.removeIf(String::isEmpty);
        return fields;
    }
}
