package jong.cli.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.terminal.Terminal;

/** {@code import}. */
public final class Import extends Command {

    /** Makes the command. */
    public Import() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
                "Import the contents from a tarball to create a filesystem image",
                "image import, import",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -c, --change list       Apply Dockerfile instruction to the created image
          -m, --message string    Set commit message for imported image
              --platform string   Set platform if server is multi-platform capable
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        List<String> words = flags.arguments();
        String source = words.getFirst();
        boolean remote = source.startsWith("http://") || source.startsWith("https://");
        Request request = Request.post("/images/create").query("fromSrc", remote ? source : "-");
        if (words.size() > 1) {
            request.query("repo", words.get(1));
        }
        if (flags.given("message")) {
            request.query("message", flags.text("message"));
        }
        flags.all("change").forEach(change -> request.query("changes", change));
        if (flags.given("platform")) {
            request.query("platform", flags.text("platform"));
        }
        if (remote) {
            return send(session, request);
        }
        if (source.equals("-")) {
            return send(session, request.stream(session.in(), "text/plain"));
        }
        try (InputStream in = Files.newInputStream(Path.of(source))) {
            return send(session, request.stream(in, "text/plain"));
        } catch (NoSuchFileException e) {
            throw new CommandException("open " + source + ": no such file or directory");
        }
    }

    private static int send(Session session, Request request) throws IOException {
        try (Response response = session.client().send(request)) {
            boolean terminal = Terminal.isTerminal(1);
            new Progress(session.out(), terminal).show(response.body(), _ -> {});
        }
        return 0;
    }
}
