package jong.cli.container;

import java.io.IOException;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;
import jong.cli.text.TabWriter;
import jong.wire.json.JsonObject;

/** {@code top}. */
public final class Top extends Command {

    /** Makes the command. */
    public Top() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "CONTAINER [ps OPTIONS]",
                "Display the running processes of a container",
                "container top, top",
                Arity.atLeast(1));
    }

    @Override
    public boolean interspersed() {
        return false;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        List<String> words = flags.arguments();
        Request request = Request.get("/containers/" + words.getFirst() + "/top");
        if (words.size() > 1) {
            request.query("ps_args", String.join(" ", words.subList(1, words.size())));
        }
        JsonObject processes = session.client().object(request);
        var table = new TabWriter(20);
        table.line(String.join("\t", processes.strings("Titles")));
        for (Object process : processes.list("Processes")) {
            table.line(join((List<?>) java.util.Objects.requireNonNull(process)));
        }
        session.out().print(table);
        return 0;
    }

    private static String join(List<?> cells) {
        var line = new StringBuilder();
        for (Object cell : cells) {
            line.append(line.isEmpty() ? "" : "\t").append(cell);
        }
        return line.toString();
    }
}
