package jong.engine.containers;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/**
 * Links between containers of the default network, which has no names otherwise. In user-defined
 * networks a link is no more than an alias, and no matter of this class.
 */
final class Links {

    private static final Logger LOG = System.getLogger(Links.class.getName());
    private static final String CONTAINER = "container:";
    private static final String DEFAULT_NETWORK = "bridge";

    private final ContainerStore store;
    private final Layout layout;

    Links(ContainerStore store, Layout layout) {
        this.store = store;
        this.layout = layout;
    }

    /**
     * Checks the links of a container to be made, and notes them by ID, so that renaming is safe.
     *
     * @throws InvalidArgument with docker's text
     */
    void settle(HostConfig host) {
        if (host.links().isEmpty()) {
            return;
        }
        if (isUserDefined(host.networkMode())) {
            host.json().put("Links", null); // They lie with the endpoint.
            return;
        }
        List<String> settled = new ArrayList<>();
        for (String text : host.links()) {
            Link link = Link.parse(text);
            Container child = child(link.target());
            if (child.host().networkMode().equals("host")) {
                throw new InvalidArgument(
                        "conflicting options: host type networking can't be used with links."
                                + " This would result in undefined behavior");
            }
            settled.add(new Link(child.id(), link.alias()).toString());
        }
        host.json().put("Links", settled);
    }

    private static boolean isUserDefined(String mode) {
        return !Set.of("", "default", DEFAULT_NETWORK, "host", "none").contains(mode)
                && !mode.startsWith(CONTAINER);
    }

    /** The container meant, or whose network it is in. */
    private Container child(String name) {
        String target = name;
        try {
            Container found = store.get(target);
            while (found.host().networkMode().startsWith(CONTAINER)) {
                target = found.host().networkMode().substring(CONTAINER.length());
                found = store.get(target);
            }
            return found;
        } catch (NotFound | InvalidArgument e) {
            throw new InvalidArgument(
                    "could not get container for " + target + ": " + e.getMessage(), e);
        }
    }

    /** The links in inspect's form; those to containers that are gone are not shown. */
    List<String> shown(Container container) {
        List<String> shown = new ArrayList<>();
        for (Link link : of(container)) {
            find(link)
                    .forEach(child ->
                            shown.add("/" + child.name() + ":" + path(container, link.alias())));
        }
        return shown;
    }

    /**
     * What a container that is about to start has to know of those that it is linked to.
     *
     * @throws Internal with docker's text if one of them does not run, or is in other networks
     */
    List<LinkedHost> hosts(Container container) {
        List<LinkedHost> hosts = new ArrayList<>();
        for (Link link : of(container)) {
            Container child = running(container, link);
            String names = link.alias() + " " + child.config().hostname();
            if (!link.alias().equals(child.name())) {
                names += " " + child.name();
            }
            for (String address : addresses(child)) {
                hosts.add(new LinkedHost(address, names));
            }
        }
        return hosts;
    }

    /** A container's configuration with the variables of its links, which its own replace. */
    ContainerConfig config(Container container) {
        List<String> variables = environment(container);
        if (variables.isEmpty()) {
            return container.config();
        }
        variables.addAll(container.config().env());
        return new ContainerConfig(container.config().json().copy().with("Env", variables));
    }

    private List<String> environment(Container container) {
        List<String> variables = new ArrayList<>();
        for (Link link : of(container)) {
            for (Container child : find(link).stream().filter(Container::running).toList()) {
                variables.addAll(
                        LinkEnvironment.of(
                                container.name(),
                                link.alias(),
                                endpoint(child).string("IPAddress"),
                                child.config().exposedPorts(),
                                child.config().env()));
            }
        }
        return variables;
    }

    /** Tells running containers that are linked to one its addresses, which may be others now. */
    void tellParents(Container child) {
        for (Container parent : store.all()) {
            for (Link link : parent.running() ? of(parent) : List.<Link>of()) {
                if (link.target().equals(child.id())) {
                    tell(parent, link.alias(), endpoint(child).string("IPAddress"));
                }
            }
        }
    }

    private void tell(Container parent, String alias, String address) {
        Path file = layout.directory(parent.id()).resolve("hosts");
        var line =
                Pattern.compile(
                        "(?m)^[0-9.]+(\\t" + Pattern.quote(MountedText.bytes(alias)) + "[\\s.])");
        try {
            MountedText.edit(file, text -> line.matcher(text).replaceAll(address + "$1"));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "link of " + parent.name() + " is out of date", e);
        }
    }

    private Container running(Container container, Link link) {
        List<Container> found = find(link);
        String name = found.isEmpty() ? link.target() : found.getFirst().name();
        if (found.isEmpty() || !found.getFirst().running()) {
            throw new Internal(
                    "Cannot link to a non running container: /"
                            + name
                            + " AS "
                            + path(container, link.alias()));
        }
        if (addresses(found.getFirst()).isEmpty()) {
            throw new Internal(
                    "Cannot link to /" + name + ", as it does not belong to the default network");
        }
        return found.getFirst();
    }

    /** The links that count: only in the default network. */
    static List<Link> of(Container container) {
        String mode = container.host().networkMode();
        boolean counts = Set.of("", "default", DEFAULT_NETWORK).contains(mode);
        return counts ? container.host().links().stream().map(Link::parse).toList() : List.of();
    }

    private List<Container> find(Link link) {
        try {
            return List.of(store.get(link.target()));
        } catch (NotFound _) {
            return List.of();
        }
    }

    private static JsonObject endpoint(Container child) {
        return child.networkSettings().object("Networks").object(DEFAULT_NETWORK);
    }

    private static List<String> addresses(Container child) {
        JsonObject endpoint = endpoint(child);
        return List.of(endpoint.string("IPAddress"), endpoint.string("GlobalIPv6Address")).stream()
                .filter(address -> !address.isEmpty())
                .toList();
    }

    private static String path(Container container, String alias) {
        return "/" + container.name() + "/" + alias;
    }
}
