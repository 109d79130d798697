package jong.engine.containers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.engine.spec.MountPoint;
import jong.wire.json.JsonObject;

/** What {@code docker inspect} asks for, in the shape of API 1.45. */
final class Inspector {

    private final Collaborators world;
    private final Lister lister;
    private final Links links;

    Inspector(Collaborators world, Lister lister, Links links) {
        this.world = world;
        this.lister = lister;
        this.links = links;
    }

    JsonObject inspect(Container container, boolean sizes) {
        Path directory = world.layout().directory(container.id());
        boolean files = container.filesWritten();
        List<String> command = container.command();
        JsonObject state = container.state().toJson();
        if (!container.health().isEmpty()) {
            state.with("Health", container.health());
        }
        var json =
                new JsonObject()
                        .with("Id", container.id())
                        .with("Created", GoTime.format(container.created()))
                        .with("Path", command.getFirst())
                        .with("Args", command.subList(1, command.size()))
                        .with("State", state)
                        .with("Image", container.imageId())
                        .with("ResolvConfPath", files ? directory + "/resolv.conf" : "")
                        .with("HostnamePath", files ? directory + "/hostname" : "")
                        .with("HostsPath", files ? directory + "/hosts" : "")
                        .with("LogPath", logPath(container))
                        .with("Name", "/" + container.name())
                        .with("RestartCount", container.restartCount())
                        .with("Driver", world.snapshots().driver().dockerName())
                        .with("Platform", "linux")
                        .with("MountLabel", "")
                        .with("ProcessLabel", "")
                        .with("AppArmorProfile", "")
                        .with("ExecIDs", execs(container))
                        .with("HostConfig", host(container));
        json.with("GraphDriver", graphDriver(container));
        if (sizes) {
            long written = lister.writtenBytes(container);
            json.with("SizeRw", written);
            json.with("SizeRootFs", written + lister.imageBytes(container));
        }
        return json.with("Mounts", container.mounts().stream().map(MountPoint::shown).toList())
                .with("Config", container.config().json())
                .with("NetworkSettings", container.networkSettings());
    }

    private JsonObject host(Container container) {
        JsonObject json = container.host().json();
        List<String> shown = links.shown(container);
        return shown.isEmpty() ? json : json.copy().with("Links", shown);
    }

    private String logPath(Container container) {
        boolean file = container.host().logType().equals("json-file");
        return file ? world.layout().log(container.id()).toString() : "";
    }

    private static @org.jspecify.annotations.Nullable List<String> execs(Container container) {
        List<String> ids = new ArrayList<>(container.execs());
        return ids.isEmpty() ? null : ids;
    }

    /** In docker's words; nothing is mounted on the host, and all containers see the same place. */
    private JsonObject graphDriver(Container container) {
        JsonObject data = null;
        Map<String, String> places = world.snapshots().places(container.id());
        if (!places.isEmpty()) {
            data = new JsonObject();
            places.forEach(data::with);
            data.with("MergedDir", world.layout().mountTarget().toString());
        }
        String name = world.snapshots().driver().dockerName();
        return new JsonObject().with("Data", data).with("Name", name);
    }
}
