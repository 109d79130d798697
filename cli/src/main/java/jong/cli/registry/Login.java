package jong.cli.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.credentials.CredentialStore;
import jong.cli.credentials.Credentials;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.terminal.Terminal;
import jong.wire.json.JsonObject;

/** {@code login}. */
public final class Login extends Command {

    private static final int MAX_PASSWORD = 1 << 16;

    /** Makes the command. */
    public Login() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] [SERVER]",
                "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.",
                "",
                Arity.atMost(1));
    }

    @Override
    public String flags() {
        return """
          -p, --password string   Password or Personal Access Token (PAT)
              --password-stdin    Take the Password or Personal Access Token (PAT) from stdin
          -u, --username string   Username
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String server =
                CredentialStore.key(
                        flags.arguments().isEmpty() ? "" : flags.arguments().getFirst());
        Credentials given = given(session, flags, server);
        CredentialStore store = session.credentials();
        if (given.username().isEmpty() && given.password().isEmpty()) {
            Credentials known = store.get(server);
            if (!known.isEmpty() && reuse(session, known)) {
                return 0;
            }
        }
        login(session, prompted(session, given));
        return 0;
    }

    /** What the flags and standard input say. */
    private static Credentials given(Session session, FlagSet flags, String server)
            throws IOException {
        boolean fromInput = flags.on("password-stdin");
        if (flags.given("password")) {
            if (fromInput) {
                throw new CommandException(
                        "conflicting options: cannot specify both --password and"
                                + " --password-stdin");
            }
            if (flags.text("password").isEmpty()) {
                throw new CommandException("password is empty");
            }
            session.err()
                    .println(
                            "WARNING! Using --password via the CLI is insecure. Use"
                                    + " --password-stdin.");
        }
        if (flags.given("username") && flags.text("username").isEmpty()) {
            throw new CommandException("username is empty");
        }
        String password = flags.text("password");
        if (fromInput) {
            if (flags.text("username").isEmpty()) {
                throw new CommandException(
                        "the --password-stdin option requires --username to be set");
            }
            password = new String(session.in().readNBytes(MAX_PASSWORD), UTF_8);
            password = password.replaceFirst("\r?\n$", "");
        }
        return new Credentials(server, flags.text("username"), password, "");
    }

    private static boolean reuse(Session session, Credentials known) throws IOException {
        String user = known.username().isEmpty() ? "" : " [Username: " + known.username() + "]";
        session.err().println("Authenticating with existing credentials..." + user);
        session.err()
                .println(
                        "\n Info -> To login with a different account, run 'jong logout' followed"
                                + " by 'jong login'\n\n");
        try {
            login(session, known);
            return true;
        } catch (EngineException e) {
            session.err().println("Login did not succeed, error: " + e.getMessage());
            return false;
        }
    }

    private static Credentials prompted(Session session, Credentials given) throws IOException {
        if (!given.username().isEmpty() && !given.password().isEmpty()) {
            return given;
        }
        if (!Terminal.isTerminal(0)) {
            throw new CommandException(
                    "Error: Cannot perform an interactive login from a non TTY device");
        }
        String username = given.username();
        if (username.isEmpty()) {
            session.out().print("Username: ");
            session.out().flush();
            username = line(session);
            if (username.isEmpty()) {
                throw new CommandException("Error: Non-null Username Required");
            }
        }
        String password = given.password();
        if (password.isEmpty()) {
            session.out().print("Password: ");
            session.out().flush();
            try (var terminal = new Terminal()) {
                terminal.hideInput();
                password = line(session);
            }
            session.out().println();
            if (password.isEmpty()) {
                throw new CommandException("Error: Password Required");
            }
        }
        return new Credentials(given.server(), username, password, "");
    }

    private static String line(Session session) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        for (int b = session.in().read(); b >= 0 && b != '\n'; b = session.in().read()) {
            bytes.write(b);
        }
        return bytes.toString(UTF_8).strip();
    }

    private static void login(Session session, Credentials credentials) throws IOException {
        Request request = Request.post("/auth").json(credentials.toJson());
        JsonObject answer = session.client().object(request);
        String token = answer.string("IdentityToken");
        Credentials kept =
                token.isEmpty()
                        ? credentials
                        : new Credentials(credentials.server(), credentials.username(), "", token);
        try {
            if (session.credentials().store(kept)) {
                warn(session);
            }
        } catch (CommandException e) {
            throw new CommandException("Error saving credentials: " + e.getMessage());
        }
        session.out().println(answer.string("Status"));
    }

    private static void warn(Session session) {
        session.err()
                .println(
                        "\nWARNING! Your credentials are stored unencrypted in '"
                                + session.config().file()
                                + "'.\nConfigure a credential helper to remove this warning. See\n"
                                + "https://docs.docker.com/go/credential-store/\n");
    }
}
