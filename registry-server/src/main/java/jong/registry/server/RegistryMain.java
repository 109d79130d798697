package jong.registry.server;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import jong.registry.server.config.ServerConfig;
import jong.registry.server.config.UsageException;
import jong.registry.server.storage.CollectionRules;
import jong.registry.server.storage.RegistryStore;
import jong.wire.status.StatusException;

/** The program {@code jong registry}. */
public final class RegistryMain {

    private static final String USAGE =
            """
            Usage:  jong registry COMMAND [OPTIONS]

            A registry for images and other OCI content

            Commands:
              serve            Serve a directory as a registry
              garbage-collect  Remove what nothing refers to, also while it is served

            Options, also as JONG_REGISTRY_OPTION_NAME or as keys of the JSON file of --config:
            """;

    private RegistryMain() {}

    /** Runs a command; exits with 1 if it fails, with 125 if it cannot be understood. */
    public static void main(String[] arguments) throws InterruptedException {
        String command = arguments.length == 0 ? "--help" : arguments[0];
        List<String> flags = List.of(arguments).stream().skip(1).toList();
        boolean help = flags.contains("--help") || flags.contains("-h");
        try {
            switch (help ? "--help" : command) {
                case "serve" -> serve(ServerConfig.of(flags, System.getenv()));
                case "garbage-collect" ->
                        collect(ServerConfig.of(flags, System.getenv()), System.out);
                case "--help", "-h", "help" -> System.out.print(USAGE + ServerConfig.usage());
                default -> throw new UsageException("unknown command: jong registry " + command);
            }
        } catch (UsageException e) {
            end("jong registry: " + e.getMessage() + "\nSee 'jong registry --help'", 125);
        } catch (IOException | StatusException e) {
            end("jong registry: " + e.getMessage(), 1);
        }
    }

    private static void serve(ServerConfig config) throws IOException, InterruptedException {
        configureLog(config.logLevel());
        RegistryServer server = RegistryServer.start(config);
        Hangup.whenItComes(server::reload);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
        new CountDownLatch(1).await();
    }

    private static void configureLog(String level) {
        System.setProperty(
                "java.util.logging.SimpleFormatter.format",
                "%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n");
        Logger root = Logger.getLogger("");
        Level threshold =
                switch (level) {
                    case "debug" -> Level.FINE;
                    case "warn" -> Level.WARNING;
                    case "error" -> Level.SEVERE;
                    default -> Level.INFO;
                };
        root.setLevel(threshold);
        for (var handler : root.getHandlers()) {
            handler.setLevel(threshold);
        }
        // Netty tells at debug level how it looks for what this platform has.
        Logger.getLogger("io.netty").setLevel(Level.WARNING);
    }

    /** Collects in this process, or in the one that serves the directory. */
    private static void collect(ServerConfig config, PrintStream out) throws IOException {
        if (!Files.isDirectory(config.root())) {
            throw new IOException("no registry in " + config.root());
        }
        CollectionRules rules = config.collection();
        try (RegistryStore store = RegistryStore.open(config.root())) {
            out.println(store.collector().collect(rules).toJson());
        } catch (RegistryStore.InUseException _) {
            out.println(ControlSocket.collect(config.root(), rules.untagged()));
        }
    }

    private static void end(String text, int status) {
        System.err.println(text);
        System.exit(status);
    }
}
