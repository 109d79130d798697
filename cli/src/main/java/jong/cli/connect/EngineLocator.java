package jong.cli.connect;

import java.util.Map;
import java.util.function.Supplier;
import jong.api.client.EngineAddress;
import jong.cli.failure.CommandException;
import jong.wire.json.JsonObject;

/**
 * Finds the daemon as docker does: {@code --context}, {@code --host}, {@code DOCKER_HOST}, {@code
 * DOCKER_CONTEXT}, {@code currentContext} of the configuration, and then Jong's own socket.
 */
public final class EngineLocator {

    /** Where jongd listens. */
    public static final String DEFAULT = "unix:///run/jong.sock";

    /** The name of the context that stands for "none". */
    public static final String DEFAULT_CONTEXT = "default";

    private final GlobalOptions options;
    private final Map<String, String> environment;
    private final Supplier<ConfigFile> config;

    /** A locator; the configuration is read only if it is needed. */
    public EngineLocator(
            GlobalOptions options, Map<String, String> environment, Supplier<ConfigFile> config) {
        this.options = options;
        this.environment = environment;
        this.config = config;
    }

    /** The name of the context in use. */
    public String contextName() {
        if (!options.context().isEmpty()) {
            return options.context();
        }
        if (!options.host().isEmpty() || !variable("DOCKER_HOST").isEmpty()) {
            return DEFAULT_CONTEXT;
        }
        String named = variable("DOCKER_CONTEXT");
        if (named.isEmpty()) {
            named = config.get().text("currentContext");
        }
        return named.isEmpty() ? DEFAULT_CONTEXT : named;
    }

    /** Whether nothing names a daemon, so that Jong's own is meant. */
    public boolean isDefault() {
        return contextName().equals(DEFAULT_CONTEXT)
                && options.host().isEmpty()
                && variable("DOCKER_HOST").isEmpty();
    }

    /**
     * The daemon's address.
     *
     * @throws CommandException if the options contradict each other or the context is unknown
     */
    public EngineAddress address() {
        if (!options.context().isEmpty() && !options.host().isEmpty()) {
            throw new CommandException(
                    "conflicting options: cannot specify both --host and --context");
        }
        String text = host();
        try {
            return EngineAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException(String.valueOf(e.getMessage()));
        }
    }

    private String host() {
        String context = contextName();
        return context.equals(DEFAULT_CONTEXT) ? defaultHost() : contextHost(context);
    }

    /** The address that is used without a context. */
    public String defaultHost() {
        String given = options.host().isEmpty() ? variable("DOCKER_HOST") : options.host();
        return given.isEmpty() ? DEFAULT : given;
    }

    private String contextHost(String name) {
        var contexts = new ContextStore(config.get());
        JsonObject context =
                contexts.find(name)
                        .orElseThrow(() ->
                                new CommandException(
                                        "Failed to initialize: unable to resolve docker"
                                                + " endpoint: context \""
                                                + name
                                                + "\": context not found: open "
                                                + contexts.file(name)
                                                + ": no such file or directory"));
        String host = ContextStore.host(context);
        return host.isEmpty() ? DEFAULT : host;
    }

    private String variable(String name) {
        return environment.getOrDefault(name, "");
    }
}
