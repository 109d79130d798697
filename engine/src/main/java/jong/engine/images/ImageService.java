package jong.engine.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.engine.events.Events;
import jong.manager.images.Image;
import jong.manager.images.ImageUses;
import jong.manager.images.Images;
import jong.manager.images.Removal;
import jong.manager.snapshots.SnapshotInfo;
import jong.manager.snapshots.Snapshotter;
import jong.oci.Digest;
import jong.oci.reference.Reference;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.NotFound;

/**
 * What docker does with images beyond keeping them: tells events, and removes what nobody uses.
 * Without state of its own.
 */
public final class ImageService {

    private final Images images;
    private final Snapshotter snapshots;
    private final ImageUses uses;
    private final Events events;

    /**
     * Makes the service.
     *
     * @param uses tells which containers were made from an image
     */
    public ImageService(Images images, Snapshotter snapshots, ImageUses uses, Events events) {
        this.images = images;
        this.snapshots = snapshots;
        this.uses = uses;
        this.events = events;
    }

    Images images() {
        return images;
    }

    /** The IDs of the containers that were made from an image. */
    List<String> users(Image image) {
        return uses.of(image.id().toString()).stream().map(ImageUses.Use::containerId).toList();
    }

    /** The images that have a name or that no other was made from: what lists show. */
    List<Image> heads(List<Image> all) {
        return all.stream()
                .filter(image ->
                        !image.tags().isEmpty()
                                || !image.digests().isEmpty()
                                || !hasChildren(image, all))
                .toList();
    }

    /** Whether one of the images was made from this one. */
    boolean hasChildren(Image image, List<Image> all) {
        String id = image.id().toString();
        return all.stream().anyMatch(other -> other.parent().equals(id));
    }

    /** Where the files of an image are, in docker's words; null data if nowhere to be told. */
    JsonObject graphDriver(Image image) {
        JsonObject data = null;
        if (!image.snapshot().isEmpty()) {
            Map<String, String> places = snapshots.places(image.snapshot());
            if (!places.isEmpty()) {
                data = new JsonObject();
                places.forEach(data::with);
            }
        }
        return new JsonObject().with("Data", data).with("Name", snapshots.driver().dockerName());
    }

    /** How many images there are. */
    public int count() {
        return images.list().size();
    }

    /** Bytes of the files of all layers, each counted once, as they count in images' sizes. */
    public long layersSize() {
        return snapshots.walk().stream()
                .filter(snapshot -> snapshot.kind() == SnapshotInfo.Kind.COMMITTED)
                .mapToLong(snapshot -> images.layerSize(Digest.parse(snapshot.name())))
                .sum();
    }

    /** Tells of a change to an image. */
    void tell(String action, Image image, String name) {
        events.publish(
                "image",
                action,
                image.id().toString(),
                Map.of("name", name.isEmpty() ? image.id().toString() : name));
    }

    /** Tells of a push: docker names the reference, not the image. */
    void tellPushed(Reference reference) {
        events.publish(
                "image",
                "push",
                reference.familiarString(),
                Map.of("name", reference.familiarName()));
    }

    /** Gives an image one more name. */
    void tag(String nameOrId, Reference target) {
        images.tag(nameOrId, target);
        tell("tag", images.get(nameOrId), target.familiarString());
    }

    /** Removes a name or an image, and tells. */
    List<Removal> remove(String nameOrId, boolean force, boolean prune) {
        try (var removals = images.removals(uses)) {
            return remove(removals, nameOrId, force, prune);
        }
    }

    private List<Removal> remove(
            Images.Removals removals, String nameOrId, boolean force, boolean prune) {
        Image image = images.known(nameOrId);
        List<Removal> removed = removals.remove(nameOrId, force, prune);
        String id = image.id().toString();
        for (Removal removal : removed) {
            switch (removal) {
                case Removal.Untagged untagged -> tell("untag", image, untagged.name());
                case Removal.Deleted deleted -> {
                    if (deleted.digest().equals(id)) {
                        tell("delete", image, "");
                    }
                }
            }
        }
        return removed;
    }

    /**
     * Removes the oldest image that has neither a name nor a container.
     *
     * @return what was removed, for a log; empty if there is no such image
     */
    public String removeOldestDangling() {
        for (Image image : images.list().reversed()) {
            String id = image.id().toString();
            boolean named = !image.tags().isEmpty() || !image.digests().isEmpty();
            if (!named && uses.of(id).isEmpty()) {
                try {
                    remove(id, false, true);
                    return "image " + id;
                } catch (Conflict | NotFound _) {
                    // Others were made from it, or somebody came for it: the next oldest.
                }
            }
        }
        return "";
    }

    /** Removes the images that no container uses and the filter lets through. */
    JsonObject prune(ImageFilter filter) throws IOException {
        List<Removal> removed = new ArrayList<>();
        try (var removals = images.removals(uses)) {
            for (Image image : heads(images.list())) {
                if (filter.matches(image) && users(image).isEmpty()) {
                    prune(image, removals, removed);
                }
            }
        }
        images.collect(true);
        long reclaimed = removed.stream().mapToLong(ImageService::bytes).sum();
        events.publish("image", "prune", "", Map.of("reclaimed", Long.toString(reclaimed)));
        List<JsonObject> told = removed.stream().map(Removal::toJson).toList();
        return new JsonObject()
                .with("ImagesDeleted", told.isEmpty() ? null : told)
                .with("SpaceReclaimed", reclaimed);
    }

    /** Removes name by name, as dockerd does; what is in the way keeps the image. */
    private void prune(Image image, Images.Removals removals, List<Removal> removed) {
        List<String> names = new ArrayList<>();
        image.tags().forEach(name -> names.add(name.familiarString()));
        image.digests().forEach(name -> names.add(name.familiarString()));
        for (String name : names.isEmpty() ? List.of(image.id().toString()) : names) {
            try {
                removed.addAll(remove(removals, name, false, true));
            } catch (Conflict | NotFound _) {
                // A container was made from it, or it was removed, in the meantime.
            }
        }
    }

    private static long bytes(Removal removal) {
        return removal instanceof Removal.Deleted deleted ? deleted.bytes() : 0;
    }
}
