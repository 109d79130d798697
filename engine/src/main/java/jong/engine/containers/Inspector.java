package jong.engine.containers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.engine.spec.MountPoint;
import jong.manager.snapshots.Mount;
import jong.wire.json.JsonObject;

/** What {@code docker inspect} asks for, in the shape of API 1.45. */
final class Inspector {

    private final Collaborators world;
    private final Lister lister;

    Inspector(Collaborators world, Lister lister) {
        this.world = world;
        this.lister = lister;
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
                        .with("Driver", "overlay2")
                        .with("Platform", "linux")
                        .with("MountLabel", "")
                        .with("ProcessLabel", "")
                        .with("AppArmorProfile", "")
                        .with("ExecIDs", execs(container))
                        .with("HostConfig", container.host().json());
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

    private String logPath(Container container) {
        boolean file = container.host().logType().equals("json-file");
        return file ? world.layout().log(container.id()).toString() : "";
    }

    private static @org.jspecify.annotations.Nullable List<String> execs(Container container) {
        List<String> ids = new ArrayList<>(container.execs());
        return ids.isEmpty() ? null : ids;
    }

    /** In the words of docker's overlay2 driver; nothing is mounted on the host. */
    private JsonObject graphDriver(Container container) {
        var data = new JsonObject();
        for (Mount mount : world.snapshots().mounts(container.id())) {
            put(data, "LowerDir", mount.option("lowerdir"));
            put(data, "UpperDir", mount.option("upperdir"));
            put(data, "WorkDir", mount.option("workdir"));
        }
        data.with("MergedDir", world.layout().mountTarget().toString());
        return new JsonObject().with("Data", data).with("Name", "overlay2");
    }

    private static void put(JsonObject data, String name, String value) {
        data.withUnlessEmpty(name, value);
    }
}
