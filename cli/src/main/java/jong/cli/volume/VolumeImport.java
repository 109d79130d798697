package jong.cli.volume;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;

/** {@code volume import}. */
public final class VolumeImport extends Command {

    /** Makes the command. */
    public VolumeImport() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] VOLUME [FILE|-]",
                "Import the files of a tar archive into a new or empty volume",
                "",
                new Arity(1, 2));
    }

    @Override
    public String flags() {
        return """
          -q, --quiet   Do not show how the import goes on
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        List<String> words = flags.arguments();
        String name = words.getFirst();
        String file = words.size() < 2 ? "-" : words.get(1);
        Request request = Request.put("/volumes/" + name + "/import");
        if (file.equals("-")) {
            request.stream(session.in(), "application/x-tar");
            VolumeProgress.show(session, request, flags.on("quiet"));
        } else {
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                request.stream(in, "application/x-tar");
                VolumeProgress.show(session, request, flags.on("quiet"));
            } catch (NoSuchFileException e) {
                throw new CommandException("open " + file + ": no such file or directory");
            }
        }
        session.out().println(name);
        return 0;
    }
}
