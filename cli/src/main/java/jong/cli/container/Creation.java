package jong.cli.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.cli.command.Session;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.image.Pulling;
import jong.wire.json.JsonObject;

/** Creates a container, and pulls its image where that is missing. */
final class Creation {

    /** The exit code when there was nothing whose exit code it could be. */
    private static final int NOT_RUN = 125;

    private static final int FAILED = 125;

    private Creation() {}

    /**
     * Creates the container.
     *
     * @return its id
     */
    static String create(Session session, FlagSet flags, CreateBody body, boolean detached)
            throws IOException {
        body.check();
        String pull = flags.text("pull", "missing");
        if (!pull.equals("missing") && !pull.equals("always") && !pull.equals("never")) {
            throw new CommandException(
                    "invalid pull option: '"
                            + pull
                            + "': must be one of \"always\", \"missing\" or \"never\"",
                    FAILED);
        }
        Path idFile = idFile(flags.text("cidfile"));
        JsonObject json = body.json(detached);
        if (pull.equals("always")) {
            pull(session, flags, body.image());
        }
        JsonObject created;
        try {
            created = session.client().object(request(session, flags, json));
        } catch (EngineException e) {
            if (!e.isNotFound()
                    || !pull.equals("missing")
                    || !e.detail().startsWith("No such image")) {
                throw e;
            }
            session.err()
                    .println(
                            "Unable to find image '" + Pulling.withTag(body.image()) + "' locally");
            session.err().flush();
            pull(session, flags, body.image());
            created = session.client().object(request(session, flags, json));
        }
        for (String warning : created.strings("Warnings")) {
            session.err().println("WARNING: " + warning);
        }
        String id = created.string("Id");
        if (idFile != null) {
            Files.writeString(idFile, id);
        }
        return id;
    }

    private static Request request(Session session, FlagSet flags, JsonObject json) {
        Request request = Request.post("/containers/create").json(json);
        if (flags.given("name")) {
            request.query("name", flags.text("name"));
        }
        String platform = flags.text("platform", session.variable("DOCKER_DEFAULT_PLATFORM"));
        return platform.isEmpty() ? request : request.query("platform", platform);
    }

    private static void pull(Session session, FlagSet flags, String image) throws IOException {
        String platform = flags.text("platform", session.variable("DOCKER_DEFAULT_PLATFORM"));
        try {
            new Pulling(session, session.err(), flags.on("quiet")).pull(image, platform);
        } catch (CommandException e) {
            throw new CommandException(String.valueOf(e.getMessage()), NOT_RUN);
        }
    }

    private static @org.jspecify.annotations.Nullable Path idFile(String file) {
        if (file.isEmpty()) {
            return null;
        }
        Path path = Path.of(file);
        if (Files.exists(path)) {
            throw new CommandException(
                    "container ID file found, make sure the other container isn't running or"
                            + " delete "
                            + file,
                    FAILED);
        }
        return path;
    }
}
