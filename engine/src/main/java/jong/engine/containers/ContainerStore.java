package jong.engine.containers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/**
 * All containers, by id and by name, in memory and in the metadata store.
 *
 * <p>A change is durable when {@link #save} returns. {@link #remove} leaves a note of what must
 * still be cleaned up; it goes with {@link #cleaned}. Names are guarded by this object's monitor.
 */
final class ContainerStore {

    private final MetadataStore metadata;
    private final Bucket containers;
    private final Bucket leftovers;
    private final Map<String, Container> byId = new ConcurrentHashMap<>();

    /** Name to container id; a name is reserved before its container exists. */
    private final Map<String, String> names = new HashMap<>();

    ContainerStore(MetadataStore metadata) {
        this.metadata = metadata;
        this.containers = metadata.bucket("containers");
        this.leftovers = metadata.bucket("container-leftovers");
        containers.entries().values().forEach(json -> add(Container.ofStored(json)));
    }

    private void add(Container container) {
        byId.put(container.id(), container);
        names.put(container.name(), container.id());
    }

    /**
     * The container that a client means: by full id, by name with or without slash, by a prefix of
     * one id only.
     *
     * @throws NotFound with docker's text
     * @throws InvalidArgument if several ids begin so
     */
    Container get(String idOrName) {
        Container byFullId = byId.get(idOrName);
        if (byFullId != null) {
            return byFullId;
        }
        Container byName = byName(idOrName.startsWith("/") ? idOrName.substring(1) : idOrName);
        if (byName != null) {
            return byName;
        }
        List<Container> matches = new ArrayList<>();
        if (!idOrName.isEmpty()) {
            byId.forEach((id, container) -> {
                if (id.startsWith(idOrName)) {
                    matches.add(container);
                }
            });
        }
        if (matches.size() > 1) {
            throw new InvalidArgument("multiple IDs found with provided prefix: " + idOrName);
        }
        if (matches.isEmpty()) {
            throw new NotFound("No such container: " + idOrName);
        }
        return matches.getFirst();
    }

    private synchronized @org.jspecify.annotations.Nullable Container byName(String name) {
        String id = names.get(name);
        return id == null ? null : byId.get(id);
    }

    /** A copy; the order is not defined. */
    Collection<Container> all() {
        return List.copyOf(byId.values());
    }

    synchronized boolean nameTaken(String name) {
        return names.containsKey(name);
    }

    /** Ids of all that have a name: containers, and those that are being made. */
    synchronized Set<String> named() {
        return new HashSet<>(names.values());
    }

    /**
     * Takes a name for a container that is about to be made or renamed.
     *
     * @throws Conflict with docker's text
     */
    synchronized void reserve(String name, String id) {
        String owner = names.putIfAbsent(name, id);
        if (owner != null) {
            throw new Conflict(
                    "Conflict. The container name \"/"
                            + name
                            + "\" is already in use by container \""
                            + owner
                            + "\". You have to remove (or rename) that container to be able to"
                            + " reuse that name.");
        }
    }

    synchronized void release(String name) {
        names.remove(name);
    }

    /** Makes the state of a container durable, new or not. */
    void save(Container container) {
        containers.put(container.id(), container.stored());
        byId.put(container.id(), container);
    }

    /** Forgets a container: its id and name are free, its leftovers are noted. */
    void remove(Container container) {
        var note = new JsonObject().with("Name", container.name());
        metadata.transaction(() -> {
            containers.remove(container.id());
            leftovers.put(container.id(), note);
        });
        byId.remove(container.id());
        release(container.name());
    }

    /** Nothing of a removed container is left. */
    void cleaned(String id) {
        leftovers.remove(id);
    }

    /** Ids of removed containers that something may be left of. */
    Collection<String> leftovers() {
        return leftovers.entries().keySet();
    }
}
