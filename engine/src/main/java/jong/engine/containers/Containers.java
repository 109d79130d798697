package jong.engine.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jong.api.ContainerConfig;
import jong.api.Filters;
import jong.engine.rest.Exchange;
import jong.engine.rest.Router;
import jong.manager.check.ContainerSnapshots;
import jong.manager.diff.Differ;
import jong.manager.images.ImageUses;
import jong.manager.tasks.Task;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.NotFound;

/**
 * All of docker's behaviour around containers, wired; it has no state of its own.
 *
 * <pre>{@code
 * var containers = new Containers(collaborators);
 * containers.restore(execService);  // before the first request
 * containers.routes(router);
 * }</pre>
 */
public final class Containers implements ImageUses, ContainerSnapshots, AutoCloseable {

    private final ContainerStore store;
    private final Cleanups cleanups;
    private final Restorer restorer;
    private final ContainerRoutes routes;
    private final ArchiveRoutes archives;
    private final Connector connector;
    private final PortChanger ports;
    private final SnapshotRoutes snapshots;
    private final HealthChecks health;
    private final Lister lister;
    private final VolumeRenamer volumeRenamer;
    private final Links links;

    /** Reads what the metadata store has; changes nothing yet. */
    public Containers(Collaborators world) {
        try {
            Files.createDirectories(world.layout().containers());
            Files.createDirectories(world.layout().mountTarget());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var background = new Background();
        this.store = new ContainerStore(world.metadata());
        this.links = new Links(store, world.layout());
        var mounts = ContainerMounts.of(store, world);
        this.cleanups = new Cleanups(store, world, mounts, background);
        this.volumeRenamer = new VolumeRenamer(store, world.metadata(), cleanups);
        this.health = new HealthChecks(world.events());
        var starter = new Starter(store, world, mounts, cleanups);
        var remover = new Remover(store, world, mounts, cleanups);
        var lifecycle = new Lifecycle(store, world, starter, cleanups, remover, background, health);
        this.restorer = new Restorer(store, world, mounts, cleanups, lifecycle, remover);
        var differ = differ(world);
        this.connector = new Connector(store, world.networks());
        this.ports = new PortChanger(store, world.networks(), world.events());
        this.lister = new Lister(store, world, differ);
        var files = new ContainerFiles(world, mounts, cleanups);
        this.archives = new ArchiveRoutes(store, files, world.events());
        var freezer = new Freezer(store, world.events(), health);
        var committer = new Committer(world.images(), differ, freezer, world.events());
        this.snapshots = new SnapshotRoutes(store, files, differ, committer, world.events());
        this.routes =
                new ContainerRoutes(
                        store,
                        world,
                        new ContainerVerbs(
                                new Creator(store, world, mounts),
                                lifecycle,
                                new Stopper(store, world.events(), lifecycle),
                                freezer,
                                remover),
                        lister);
    }

    private static Differ differ(Collaborators world) {
        try {
            return new Differ(world.snapshots(), world.layout().root().resolve("tmp"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Finds what runs and what ended while no daemon was there. Call once, before serving.
     *
     * @param probe runs the commands of health checks
     */
    public void restore(HealthProbe probe) throws IOException {
        health.probeWith(probe);
        restorer.restore();
    }

    /** Adds what is below {@code /containers}, and membership in networks. */
    public void routes(Router router) {
        routes.register(router);
        archives.register(router);
        snapshots.register(router);
        router.route(
                "POST",
                "/networks/{id}/connect",
                exchange -> {
                    connector.connect(exchange.path("id"), exchange.body());
                    exchange.empty(200);
                });
        router.route(
                "POST",
                "/networks/{id}/disconnect",
                exchange -> {
                    connector.disconnect(exchange.path("id"), exchange.body());
                    exchange.empty(200);
                });
        router.route(
                "POST",
                "/containers/{id}/ports/add",
                exchange -> ports(exchange, ports.add(exchange.path("id"), exchange.body())));
        router.route(
                "POST",
                "/containers/{id}/ports/remove",
                exchange -> ports(exchange, ports.remove(exchange.path("id"), exchange.body())));
    }

    private static void ports(Exchange exchange, JsonObject shown) throws IOException {
        exchange.json(200, new JsonObject().with("Ports", shown));
    }

    /**
     * The container that a client means, by id, name or prefix of the id.
     *
     * @throws NotFound with docker's text
     */
    public Container get(String idOrName) {
        return store.get(idOrName);
    }

    /** All containers, in no order. */
    public Collection<Container> all() {
        return store.all();
    }

    /** All containers with the sizes of what they wrote, as {@code system df} shows them. */
    public List<JsonObject> usage() {
        return lister.list(true, 0, true, Filters.NONE);
    }

    /**
     * The running side of a container.
     *
     * @throws jong.wire.status.StatusException.Conflict with docker's text if it does not run
     */
    public Task task(Container container) {
        return container.runningTask();
    }

    /** What a container was made with, and the variables that its links give it. */
    public ContainerConfig config(Container container) {
        return links.config(container);
    }

    /** Makes a change of a container that another service made durable (its networks). */
    public void save(Container container) {
        store.save(container);
    }

    /**
     * Renames a volume and tells its containers the new name.
     *
     * @throws jong.wire.status.StatusException.Conflict if one of them runs
     */
    public void renameVolume(VolumeChange change, VolumeMove move) {
        volumeRenamer.rename(change, move);
    }

    /** Also waits for removals under way: their snapshots stand on the image's. */
    @Override
    public List<Use> of(String imageId) {
        cleanups.awaitAll();
        return store.all().stream()
                .filter(container -> container.imageId().equals(imageId))
                .map(container -> new Use(container.id(), container.running()))
                .toList();
    }

    @Override
    public Set<String> existing() {
        return store.all().stream().map(Container::id).collect(Collectors.toSet());
    }

    @Override
    public Set<String> owners() {
        Set<String> owners = store.named(); // First: a removed one leaves its note before its name.
        owners.addAll(store.leftovers());
        return owners;
    }

    @Override
    public Set<String> running() {
        return store.all().stream()
                .filter(Container::running)
                .map(Container::id)
                .collect(Collectors.toSet());
    }

    /** Finishes cleaning; containers go on. */
    @Override
    public void close() {
        health.close();
        cleanups.awaitAll();
    }
}
