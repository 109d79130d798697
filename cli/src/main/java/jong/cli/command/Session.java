package jong.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import jong.api.ApiVersion;
import jong.api.client.EngineAddress;
import jong.api.client.EngineClient;
import jong.api.client.EngineUnreachableException;
import jong.cli.connect.ConfigFile;
import jong.cli.connect.DaemonStarter;
import jong.cli.connect.EngineLocator;
import jong.cli.connect.GlobalOptions;
import jong.cli.credentials.CredentialStore;
import jong.cli.failure.CommandException;
import org.jspecify.annotations.Nullable;

/** What a command works with: the streams, the environment, the configuration and the daemon. */
public final class Session implements AutoCloseable {

    /** This program's version. */
    public static final String VERSION = "0.1.0";

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;
    private GlobalOptions options = GlobalOptions.NONE;
    private @Nullable ConfigFile config;
    private @Nullable EngineClient client;

    /** A session on the given streams. */
    public Session(
            InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    /** Sets what stood before the command. */
    public void setOptions(GlobalOptions global) {
        options = global;
    }

    /** Standard input. */
    public InputStream in() {
        return in;
    }

    /** Standard output. */
    public PrintStream out() {
        return out;
    }

    /** Standard error. */
    public PrintStream err() {
        return err;
    }

    /** A variable of the environment; empty if it is missing. */
    public String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /** Whether a variable is set, perhaps to nothing. */
    public boolean hasVariable(String name) {
        return environment.containsKey(name);
    }

    /** What stood before the command. */
    public GlobalOptions options() {
        return options;
    }

    /** The user's configuration file. */
    public ConfigFile config() {
        if (config == null) {
            config = ConfigFile.read(options, environment);
        }
        return config;
    }

    /** The user's credentials for registries. */
    public CredentialStore credentials() {
        return new CredentialStore(config(), environment);
    }

    /** Finds the daemon that the options and the environment mean. */
    public EngineLocator locator() {
        return new EngineLocator(options, environment, this::config);
    }

    /**
     * The daemon, connected; Jong's own is started if nobody answers at its default address.
     *
     * @throws CommandException if the address is wrong or the daemon does not start
     * @throws EngineUnreachableException if nobody answers
     */
    public EngineClient client() throws IOException {
        if (client == null) {
            EngineLocator locator = locator();
            EngineAddress address = locator.address();
            client =
                    new EngineClient(
                            address, pinnedVersion(), "Docker-Client/" + VERSION + " (linux)");
            try {
                client.version();
            } catch (EngineUnreachableException e) {
                if (!locator.isDefault() || !DaemonStarter.start(address)) {
                    throw e;
                }
                client.version();
            }
        }
        return client;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        out.flush();
        err.flush();
    }

    private @Nullable ApiVersion pinnedVersion() {
        String pinned = variable("DOCKER_API_VERSION");
        try {
            return pinned.isEmpty() ? null : ApiVersion.parse(pinned);
        } catch (IllegalArgumentException e) {
            throw new CommandException("DOCKER_API_VERSION: " + e.getMessage());
        }
    }
}
