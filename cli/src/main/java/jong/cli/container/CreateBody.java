package jong.cli.container;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import jong.cli.command.Session;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Turns the flags of {@code run} and {@code create} into the body of the request. */
final class CreateBody {

    private final Session session;
    private final FlagSet flags;
    private final List<String> words;
    private final PublishFlags ports;
    private final VolumeFlags volumes;
    private final NetworkFlags networks;

    CreateBody(Session session, FlagSet flags) {
        this.session = session;
        this.flags = flags;
        this.words = flags.arguments();
        this.ports = new PublishFlags(flags.all("publish"), flags.all("expose"));
        this.volumes = new VolumeFlags(flags.all("volume"));
        this.networks = new NetworkFlags(flags);
    }

    /** The image as the user named it. */
    String image() {
        return words.getFirst();
    }

    boolean tty() {
        return flags.on("tty");
    }

    boolean openStdin() {
        return flags.on("interactive");
    }

    /**
     * Whether a stream is attached: those that {@code --attach} names; otherwise output, and input
     * where it is kept open.
     */
    boolean attaches(String stream) {
        List<String> named = flags.all("attach");
        if (named.isEmpty()) {
            return !stream.equals("stdin") || openStdin();
        }
        boolean found = false;
        for (String name : named) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!List.of("stdin", "stdout", "stderr").contains(lower)) {
                throw FlagException.invalid(
                        name,
                        flags.spelling("attach"),
                        "valid streams are STDIN, STDOUT and STDERR");
            }
            found |= lower.equals(stream);
        }
        return found;
    }

    /**
     * The whole body.
     *
     * @param detached whether no stream is attached
     */
    JsonObject json(boolean detached) throws IOException {
        boolean stdin = !detached && attaches("stdin");
        List<String> environment = EnvironmentFlags.read(session, flags);
        var config =
                new JsonObject()
                        .with("Hostname", flags.text("hostname"))
                        .with("Domainname", flags.text("domainname"))
                        .with("User", flags.text("user"))
                        .with("AttachStdin", stdin)
                        .with("AttachStdout", !detached && attaches("stdout"))
                        .with("AttachStderr", !detached && attaches("stderr"))
                        .withUnlessEmpty("ExposedPorts", ports.exposed())
                        .with("Tty", tty())
                        .with("OpenStdin", openStdin())
                        .with("StdinOnce", openStdin() && stdin)
                        .with("Env", DeviceFlags.orNull(environment))
                        .with("Cmd", words.size() > 1 ? words.subList(1, words.size()) : null);
        HealthFlags.put(flags, config);
        config.with("Image", image())
                .with("Volumes", volumes.anonymous())
                .with("WorkingDir", flags.text("workdir"))
                .with("Entrypoint", entrypoint())
                .with("OnBuild", null)
                .with("Labels", EnvironmentFlags.labels(flags))
                .withUnlessEmpty("StopSignal", flags.text("stop-signal"));
        if (flags.given("stop-timeout")) {
            config.with("StopTimeout", flags.number("stop-timeout", 0));
        }
        return config.with("HostConfig", new HostConfigBody(flags, ports, volumes).json(networks))
                .with("NetworkingConfig", networks.json());
    }

    private @Nullable List<String> entrypoint() {
        return flags.given("entrypoint") ? List.of(flags.text("entrypoint")) : null;
    }

    /** Refuses what contradicts itself before the daemon is asked. */
    void check() {
        if (flags.on("rm") && !List.of("", "no").contains(flags.text("restart"))) {
            throw new CommandException(
                    "conflicting options: cannot specify both --restart and --rm", 125);
        }
    }
}
