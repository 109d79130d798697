package jong.cli.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.api.Filters;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.FilterFlag;
import jong.cli.command.ListFormat;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.terminal.Terminal;
import jong.wire.json.JsonObject;

/** {@code images}. */
public final class ImageList extends Command {

    private static final List<String> COLUMNS =
            List.of("Repository", "Tag", "ID", "CreatedSince", "Size");
    private static final List<String> WITH_DIGESTS =
            List.of("Repository", "Tag", "Digest", "ID", "CreatedSince", "Size");
    private static final Map<String, String> HEADERS =
            Map.of(
                    "ID", "IMAGE ID",
                    "Repository", "REPOSITORY",
                    "Tag", "TAG",
                    "Digest", "DIGEST",
                    "CreatedSince", "CREATED",
                    "CreatedAt", "CREATED AT",
                    "Size", "SIZE",
                    "Containers", "CONTAINERS",
                    "SharedSize", "SHARED SIZE",
                    "UniqueSize", "UNIQUE SIZE");

    /** Makes the command. */
    public ImageList() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] [REPOSITORY[:TAG]]",
                "List images",
                "image ls, image list, images",
                Arity.atMost(1));
    }

    @Override
    public String flags() {
        return """
          -a, --all             Show all images (default hides intermediate images)
              --digests         Show digests
          -f, --filter filter   Filter output based on conditions provided
              --format string   Format output using a custom template:
              'table':            Print output in table format with column headers \
        (default)
              'table TEMPLATE':   Print output in table format using the given Go \
        template
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
              --no-trunc        Don't truncate output
          -q, --quiet           Only show image IDs
              --tree            List multi-platform images as a tree (EXPERIMENTAL)
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var filters = FilterFlag.read(flags);
        if (!flags.arguments().isEmpty()) {
            filters = filters.with("reference", flags.arguments().getFirst());
        }
        if (flags.on("tree")) {
            return tree(session, flags, filters);
        }
        Request request = Request.get("/images/json").flag("all", flags.on("all")).filters(filters);
        List<ImageRow> rows = new ArrayList<>();
        var options = new ImageRow.Options(flags.on("no-trunc"), flags.on("digests"));
        String format = ListFormat.chosen(session, flags, "imagesFormat");
        boolean digests = options.digests() || format.contains(".Digest");
        for (JsonObject image : session.client().list(request)) {
            ImageRow.add(rows, image, new ImageRow.Options(options.whole(), digests));
        }
        if (flags.on("quiet") && !flags.given("format")) {
            for (ImageRow row : rows) {
                session.out().println(row.field("ID", List.of()));
            }
            return 0;
        }
        List<String> columns = options.digests() ? WITH_DIGESTS : COLUMNS;
        session.out().print(new ListFormat(format, columns, HEADERS).print(rows));
        return 0;
    }

    private static int tree(Session session, FlagSet flags, Filters filters) throws IOException {
        PlatformFlag.require(session, "tree", 47);
        Map<String, Boolean> excluded = new LinkedHashMap<>();
        excluded.put("quiet", flags.on("quiet"));
        excluded.put("no-trunc", flags.on("no-trunc"));
        excluded.put("show-digest", flags.on("digests"));
        excluded.put("format", flags.given("format"));
        for (var flag : excluded.entrySet()) {
            if (flag.getValue()) {
                throw new CommandException(
                        "--" + flag.getKey() + " is not yet supported with --tree");
            }
        }
        boolean all = flags.on("all");
        Request request =
                Request.get("/images/json")
                        .flag("all", all)
                        .flag("manifests", true)
                        .filters(filters);
        var tree = new ImageTree(session.out(), Terminal.isTerminal(1), Terminal.columns());
        for (JsonObject image : session.client().list(request)) {
            boolean named =
                    !image.strings("RepoTags").isEmpty() || !image.strings("RepoDigests").isEmpty();
            if (all || named) {
                tree.add(image);
            }
        }
        tree.print();
        return 0;
    }
}
