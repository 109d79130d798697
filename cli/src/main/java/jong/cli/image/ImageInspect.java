package jong.cli.image;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.InspectOutput;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code image inspect}. */
public final class ImageInspect extends Command {

    /** Makes the command. */
    public ImageInspect() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] IMAGE [IMAGE...]",
                "Display detailed information on one or more images",
                "",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -f, --format string     Format output using a custom template:
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
              --platform string   Inspect a specific platform of the multi-platform \
        image.
              If the image or the server is not multi-platform capable, the command \
        will error out if the platform does not match.
              'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        return InspectOutput.print(
                session,
                flags,
                name -> {
                    Request request = Request.get("/images/" + name + "/json");
                    return session.client().object(PlatformFlag.add(request, session, flags, 49));
                });
    }
}
