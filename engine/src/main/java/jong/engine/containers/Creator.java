package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import jong.api.ApiVersion;
import jong.api.ContainerConfig;
import jong.api.CreateRequest;
import jong.api.HostConfig;
import jong.engine.containers.Container.Birth;
import jong.engine.spec.ByteSize;
import jong.engine.spec.MountPoint;
import jong.manager.images.Image;
import jong.oci.Platform;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.NotFound;
import org.jspecify.annotations.Nullable;

/** Makes containers: checks the request, merges the image's defaults, prepares the snapshot. */
final class Creator {

    private final ContainerStore store;
    private final Collaborators world;
    private final VolumeMounts volumeMounts;
    private final VolumeCopy volumeCopy;
    private final ImageMounts imageMounts;
    private final BuiltInImage builtIn;
    private final Links links;
    private final RandomGenerator random = new SecureRandom();

    Creator(ContainerStore store, Collaborators world, ContainerMounts mounts) {
        this.store = store;
        this.world = world;
        this.volumeMounts = mounts.volumes();
        this.links = new Links(store, world.layout());
        this.volumeCopy = new VolumeCopy(world, mounts.preparation());
        this.imageMounts = mounts.images();
        this.builtIn = new BuiltInImage(world.images(), world.layout().helloProgram());
    }

    /**
     * Makes a container; when this returns, it is durable. When it throws, nothing is left.
     *
     * @param name as asked for; empty for a random one
     * @param platform as asked for; empty for any
     * @param version of the API that the client speaks
     * @throws jong.wire.status.StatusException with docker's text
     */
    Container create(String name, CreateRequest request, String platform, ApiVersion version) {
        MountVersions.check(request.hostConfig(), version);
        ContainerConfig given = Defaults.config(request.config());
        CreateCheck.check(request.config(), request.hostConfig());
        HostConfig host = Defaults.host(world.defaults().fill(request.hostConfig()));
        ResourceCheck.check(host);
        world.machine().capabilities().of(host);
        Platforms.check(platform);
        Image image = image(given.image(), platform);
        JsonObject defaults = image == null ? new JsonObject() : image.config().execution();
        ContainerConfig config = ImageDefaults.merge(given, defaults);
        resolveDonors(host);

        String id = Identifiers.random();
        String chosen = reserveName(name, id);
        var birth =
                new Birth(
                        id,
                        chosen,
                        Instant.now(),
                        image == null ? "" : image.id().toString(),
                        config,
                        host,
                        request.networkingConfig(),
                        ImageDefaults.words(config));
        config.json().put("Hostname", hostname(config, host, id));
        var container = new Container(birth);
        try {
            return build(container, image, !version.atLeast(44));
        } catch (RuntimeException e) {
            store.release(chosen);
            throw e;
        }
    }

    private @Nullable Image image(String name, String platform) {
        if (name.isEmpty()) {
            return null;
        }
        Image image =
                world.images()
                        .find(name)
                        .or(() -> builtIn.find(name))
                        .orElseGet(() -> world.images().get(name));
        boolean suits = Platforms.matches(platform, Platforms.of(image.config()));
        return suits ? image : otherPlatform(name, image, platform);
    }

    /** The image for another platform that was pulled by the same name. */
    private Image otherPlatform(String name, Image image, String platform) {
        try {
            return world.images().get(image.id().toString(), Platform.parse(platform));
        } catch (NotFound e) {
            throw new NotFound(
                    "image with reference "
                            + name
                            + " was found but does not match the specified platform: wanted "
                            + platform
                            + ", actual: "
                            + Platforms.of(image.config()));
        }
    }

    /** Modes {@code container:NAME} with the name replaced by the id, so that renaming is safe. */
    private void resolveDonors(HostConfig host) {
        for (String member : List.of("NetworkMode", "PidMode", "IpcMode")) {
            String mode = host.json().string(member);
            if (mode.startsWith("container:")) {
                String target = mode.substring("container:".length());
                host.json().put(member, "container:" + store.get(target).id());
            }
        }
        links.settle(host);
    }

    private String reserveName(String name, String id) {
        if (!name.isEmpty()) {
            String checked = ContainerNames.check(name);
            store.reserve(checked, id);
            return checked;
        }
        String chosen = ContainerNames.random(random, store::nameTaken);
        store.reserve(chosen, id);
        return chosen;
    }

    private String hostname(ContainerConfig config, HostConfig host, String id) {
        if (!config.hostname().isEmpty()) {
            return config.hostname();
        }
        String mode = host.networkMode();
        if (mode.startsWith("container:")) {
            return store.get(mode.substring("container:".length())).config().hostname();
        }
        boolean ofHost = mode.equals("host") || host.utsMode().equals("host");
        return ofHost ? HostName.current() : id.substring(0, 12);
    }

    private Container build(Container container, @Nullable Image image, boolean shallowReadOnly) {
        String id = container.id();
        Path directory = world.layout().directory(id);
        List<MountPoint> mounts = List.of();
        boolean prepared = false;
        try {
            mounts = volumeMounts.create(id, container.config(), container.host(), shallowReadOnly);
            container.mounts(mounts);
            container.networking(world.networks().wanted(container.networkRequest()));
            Files.createDirectory(directory, OwnerOnly.DIRECTORY);
            world.snapshots().prepare(id, image == null ? "" : image.snapshot());
            prepared = true;
            limit(container);
            imageMounts.create(id, mounts);
            volumeCopy.fill(container);
            container.network(
                    world.networks().settings(container.networkRequest()), new JsonObject());
            store.save(container);
        } catch (IOException | RuntimeException e) {
            undo(container, mounts, prepared, e);
            throw e instanceof RuntimeException failure
                    ? failure
                    : new Internal("cannot create container " + id + ": " + e.getMessage(), e);
        }
        world.events().publish("container", "create", id, container.attributes());
        return container;
    }

    private void limit(Container container) throws IOException {
        long size = ByteSize.parse(container.host().storageOpt().getOrDefault("size", "0"));
        if (size > 0) {
            world.snapshots().limit(container.id(), size);
        }
    }

    private void undo(
            Container container, List<MountPoint> mounts, boolean prepared, Exception cause) {
        String id = container.id();
        if (prepared) {
            attempt(() -> world.snapshots().remove(id), cause);
            attempt(() -> imageMounts.remove(id), cause);
        }
        attempt(() -> Trees.delete(world.layout().directory(id)), cause);
        attempt(() -> volumeMounts.release(id, mounts), cause);
        attempt(() -> volumeMounts.removeAnonymous(mounts), cause);
    }

    /** A step of undoing: the next ones are done also when it fails. */
    private interface Step {
        void run() throws IOException;
    }

    private static void attempt(Step step, Exception cause) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
