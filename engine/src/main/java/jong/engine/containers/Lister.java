package jong.engine.containers;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jong.api.Filters;
import jong.engine.spec.MountPoint;
import jong.manager.diff.Differ;
import jong.manager.images.Image;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;

/** What {@code docker ps} asks for. */
final class Lister {

    private final ContainerStore store;
    private final Collaborators world;
    private final Differ differ;

    Lister(ContainerStore store, Collaborators world, Differ differ) {
        this.store = store;
        this.world = world;
        this.differ = differ;
    }

    /**
     * Docker's list, the newest container first.
     *
     * @param all also those that do not run
     * @param limit at most so many, running or not; 0 for no limit
     * @param sizes whether the sizes of the root filesystems are measured
     */
    List<JsonObject> list(boolean all, int limit, boolean sizes, Filters filters) {
        var filter = new ListFilter(filters, store, this::imageIds);
        List<Container> containers = new ArrayList<>(store.all());
        containers.sort(Comparator.comparing(Container::created).reversed());
        boolean stopped = all || limit > 0 || filter.showsStopped();
        boolean relative = filters.has("before") || filters.has("since");
        Instant now = Instant.now();
        return containers.stream()
                .filter(container -> stopped || relative || container.running())
                .filter(filter::test)
                .limit(limit > 0 ? limit : Long.MAX_VALUE)
                .map(container -> summary(container, sizes, now))
                .toList();
    }

    private List<String> imageIds(String name) {
        return world.images().find(name).map(Image::id).stream().map(Object::toString).toList();
    }

    private JsonObject summary(Container container, boolean sizes, Instant now) {
        ContainerState state = container.state();
        String health = container.health().string("Status");
        var json =
                new JsonObject()
                        .with("Id", container.id())
                        .with("Names", List.of("/" + container.name()))
                        .with("Image", image(container))
                        .with("ImageID", container.imageId())
                        .with("Command", command(container))
                        .with("Created", container.created().getEpochSecond())
                        .with("Ports", Ports.of(container.networkSettings()));
        if (sizes) {
            long written = writtenBytes(container);
            json.withUnlessEmpty("SizeRw", written);
            json.withUnlessEmpty("SizeRootFs", written + imageBytes(container));
        }
        var host = new JsonObject().with("NetworkMode", container.host().networkMode());
        host.withUnlessEmpty("Annotations", container.host().json().object("Annotations"));
        return json.with("Labels", container.config().json().object("Labels"))
                .with("State", state.status().word())
                .with("Status", StatusText.of(state, health, now))
                .with("HostConfig", host)
                .with(
                        "NetworkSettings",
                        new JsonObject()
                                .with("Networks", container.networkSettings().object("Networks")))
                .with("Mounts", container.mounts().stream().map(MountPoint::shown).toList());
    }

    /** The name as given, or the id if that name now means another image. */
    private String image(Container container) {
        String name = container.config().image();
        boolean same =
                world.images()
                        .find(name)
                        .map(image -> image.id().toString().equals(container.imageId()))
                        .orElse(false);
        return same || container.imageId().isEmpty() ? name : container.imageId();
    }

    /** As docker prints commands: words with blanks in single quotes. */
    private static String command(Container container) {
        List<String> words = container.command();
        var text = new StringBuilder(words.getFirst());
        for (String word : words.subList(1, words.size())) {
            text.append(' ').append(word.contains(" ") ? "'" + word + "'" : word);
        }
        return text.toString();
    }

    /** Bytes of the files that the container itself wrote. */
    long writtenBytes(Container container) {
        try {
            return differ.size(container.id());
        } catch (IOException e) {
            throw new Internal("cannot measure container " + container.id(), e);
        }
    }

    long imageBytes(Container container) {
        return world.images().find(container.imageId()).map(Image::size).orElse(0L);
    }
}
