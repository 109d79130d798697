package jong.engine.containers;

import java.util.List;
import jong.api.HostConfig;
import jong.engine.spec.Limits;
import jong.manager.tasks.Task;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;

/** Changes the limits and the restart policy of a container, running or not. */
final class Updater {

    /** Members that replace the container's when they are not zero. */
    private static final List<String> LIMITS =
            List.of(
                    "CpuShares",
                    "Memory",
                    "NanoCpus",
                    "BlkioWeight",
                    "CpuPeriod",
                    "CpuQuota",
                    "CpuRealtimePeriod",
                    "CpuRealtimeRuntime",
                    "CpusetCpus",
                    "CpusetMems",
                    "MemoryReservation",
                    "MemorySwap");

    private final ContainerStore store;
    private final EventSink events;

    Updater(ContainerStore store, EventSink events) {
        this.store = store;
        this.events = events;
    }

    /**
     * Applies what the client sent; members that are missing or zero stay as they are.
     *
     * @throws jong.wire.status.StatusException with docker's text
     */
    void update(Container container, JsonObject body) {
        var given = new HostConfig(body);
        CreateCheck.restartPolicy(given);
        container.operation().lock();
        try {
            HostConfig updated = merged(container.host(), body);
            ResourceCheck.check(updated);
            if (updated.autoRemove() && !updated.restartPolicy().equals("no")) {
                throw new Conflict(
                        "Restart policy cannot be updated because AutoRemove is enabled for the"
                                + " container");
            }
            Task task = container.task();
            if (task != null && container.running() && changesLimits(body)) {
                task.update(Limits.resources(updated));
            }
            container.update(updated);
            store.save(container);
        } finally {
            container.operation().unlock();
        }
        events.publish("container", "update", container.id(), container.attributes());
    }

    private static boolean changesLimits(JsonObject body) {
        var limits = new JsonObject();
        LIMITS.forEach(name -> limits.withUnlessEmpty(name, body.get(name)));
        return body.has("PidsLimit") || !limits.isEmpty();
    }

    private static HostConfig merged(HostConfig old, JsonObject body) {
        JsonObject json = old.json().copy();
        for (String name : LIMITS) {
            var one = new JsonObject().withUnlessEmpty(name, body.get(name));
            one.forEach(json::put);
        }
        Long pids = body.numberOrNull("PidsLimit");
        if (pids != null) {
            json.put("PidsLimit", pids > 0 ? pids : null);
        }
        String policy = body.object("RestartPolicy").string("Name");
        if (!policy.isEmpty()) {
            json.put(
                    "RestartPolicy",
                    new JsonObject()
                            .with("Name", policy)
                            .with(
                                    "MaximumRetryCount",
                                    body.object("RestartPolicy").number("MaximumRetryCount")));
        }
        return new HostConfig(json);
    }
}
