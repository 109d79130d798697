package jong.engine.containers;

import java.io.IOException;
import java.util.List;
import jong.api.ContainerConfig;
import jong.engine.config.Product;
import jong.engine.images.ConfigChanges;
import jong.manager.diff.Differ;
import jong.manager.images.CommitRequest;
import jong.manager.images.Image;
import jong.manager.images.Images;
import jong.oci.reference.Reference;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Conflict;
import org.jspecify.annotations.Nullable;

/** Makes images of containers. */
final class Committer {

    private final Images images;
    private final Differ differ;
    private final Freezer freezer;
    private final EventSink events;

    Committer(Images images, Differ differ, Freezer freezer, EventSink events) {
        this.images = images;
        this.differ = differ;
        this.freezer = freezer;
        this.events = events;
    }

    /**
     * What a client wants.
     *
     * @param target the image's name, or null for none
     * @param author who made it
     * @param comment a remark for its history
     * @param changes instructions of a Dockerfile
     * @param pause whether the container stands still meanwhile
     * @param config what containers of the image get, where it says anything; null for nothing
     */
    record Request(
            @Nullable Reference target,
            String author,
            String comment,
            List<String> changes,
            boolean pause,
            @Nullable JsonObject config) {}

    /**
     * Makes an image.
     *
     * @return its ID
     */
    String commit(Container container, Request request) throws IOException {
        if (container.gone()) {
            throw new Conflict("You cannot commit container " + container.id() + " which is Dead");
        }
        JsonObject own = container.config().json();
        JsonObject config = request.config() == null ? own : request.config();
        JsonObject changed = ConfigChanges.apply(config, request.changes());
        ContainerConfig merged = ImageDefaults.merge(new ContainerConfig(changed), own);
        boolean paused = request.pause() && pause(container);
        Image image;
        try {
            image =
                    images.commit(
                            new CommitRequest(
                                    container.imageId(),
                                    request.target(),
                                    members(container, request, merged.json()),
                                    history(container, request)),
                            out -> differ.writeLayer(container.id(), out));
        } finally {
            if (paused) {
                unpause(container);
            }
        }
        tell(container, request, image);
        return image.id().toString();
    }

    private static JsonObject members(Container container, Request request, JsonObject config) {
        return new JsonObject()
                .with("config", config)
                .with("container", container.id())
                .with("container_config", container.config().json())
                .with("docker_version", Product.VERSION)
                .withUnlessEmpty("author", request.author());
    }

    private static JsonObject history(Container container, Request request) {
        List<String> command = container.config().cmd();
        return new JsonObject()
                .withUnlessEmpty("author", request.author())
                .withUnlessEmpty("created_by", command == null ? "" : String.join(" ", command))
                .withUnlessEmpty("comment", request.comment());
    }

    private void tell(Container container, Request request, Image image) {
        String id = image.id().toString();
        Reference target = request.target();
        String name = target == null ? "" : target.withDefaultTag().familiarString();
        if (!name.isEmpty()) {
            events.publish("image", "tag", id, java.util.Map.of("name", name));
        }
        events.publish(
                "container",
                "commit",
                container.id(),
                container.attributes(
                        "comment", request.comment(), "imageID", id, "imageRef", name));
    }

    /** Whether it was this that paused it: it may not run, or be paused already. */
    private boolean pause(Container container) {
        if (!container.running() || container.paused()) {
            return false;
        }
        try {
            freezer.pause(container);
            return true;
        } catch (StatusException _) {
            return false; // It ended, or is between two runs.
        }
    }

    private void unpause(Container container) {
        try {
            freezer.unpause(container);
        } catch (StatusException _) {
            // It was killed meanwhile, or somebody else let it go on.
        }
    }
}
