package jong.cli.image;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import jong.api.client.Request;
import jong.cli.command.Session;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** The flag {@code --platform os[/arch[/variant]]}, which the API wants as JSON. */
final class PlatformFlag {

    private static final List<String> SYSTEMS = List.of("linux", "windows", "darwin", "freebsd");

    private PlatformFlag() {}

    /**
     * Adds the parameter {@code platform} if the flag is given.
     *
     * @param minor the first version of the API that has it: 48 for 1.48
     */
    static Request add(Request request, Session session, FlagSet flags, int minor)
            throws IOException {
        String text = flags.text("platform");
        if (!text.isEmpty()) {
            require(session, "platform", minor);
            request.query("platform", json(text));
        }
        return request;
    }

    /**
     * Checks that the daemon's API has what a flag asks for.
     *
     * @throws CommandException with docker's text if it does not
     */
    static void require(Session session, String flag, int minor) throws IOException {
        if (!session.client().version().atLeast(minor)) {
            throw new CommandException(
                    "\"--"
                            + flag
                            + "\" requires API version 1."
                            + minor
                            + ", but the Docker daemon API version is "
                            + session.client().version());
        }
    }

    /** The JSON form of {@code linux/arm64}, {@code linux} or {@code arm64}. */
    static String json(String text) {
        String[] parts = text.toLowerCase(Locale.ROOT).split("/", -1);
        boolean valid = parts.length <= 3;
        for (String part : parts) {
            valid &= part.matches("[a-z0-9_.-]+");
        }
        if (!valid) {
            throw new CommandException(
                    "invalid platform: \""
                            + text
                            + "\": cannot parse platform specifier: invalid argument");
        }
        boolean system = parts.length > 1 || SYSTEMS.contains(parts[0]);
        String architecture =
                parts.length > 1 ? parts[1] : system ? System.getProperty("os.arch", "") : parts[0];
        return new JsonObject()
                .with("architecture", architecture)
                .with("os", system ? parts[0] : "linux")
                .withUnlessEmpty("variant", parts.length > 2 ? parts[2] : "")
                .toString();
    }
}
