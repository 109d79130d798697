package jong.engine.containers;

import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/** Gives containers other names. */
final class Renamer {

    private final ContainerStore store;
    private final ContainerNetworks networks;
    private final EventSink events;

    Renamer(ContainerStore store, ContainerNetworks networks, EventSink events) {
        this.store = store;
        this.networks = networks;
        this.events = events;
    }

    /**
     * Renames a container, running or not.
     *
     * @throws InvalidArgument with docker's text
     * @throws Conflict if the name is taken
     */
    void rename(Container container, String newName) {
        if (newName.isEmpty()) {
            throw new InvalidArgument("Neither old nor new names may be empty");
        }
        String plain = newName.startsWith("/") ? newName.substring(1) : newName;
        String old;
        container.operation().lock();
        try {
            old = container.name();
            if (plain.equals(old)) {
                throw new InvalidArgument(
                        "Renaming a container with the same name as its current name");
            }
            String checked = ContainerNames.check(newName);
            reserve(checked, container);
            container.rename(checked);
            try {
                store.save(container);
            } catch (RuntimeException e) {
                container.rename(old);
                store.release(checked);
                throw e;
            }
            store.release(old);
            renameInNetworks(container);
        } finally {
            container.operation().unlock();
        }
        events.publish(
                "container", "rename", container.id(), container.attributes("oldName", "/" + old));
    }

    private void renameInNetworks(Container container) {
        if (container.running()) {
            JsonObject settings =
                    networks.rename(container.networkRequest(), container.networkSettings());
            container.network(settings, container.networkState());
            store.save(container);
        }
    }

    private void reserve(String name, Container container) {
        try {
            store.reserve(name, container.id());
        } catch (Conflict e) {
            throw new Conflict("Error when allocating new name: " + e.getMessage());
        }
    }
}
