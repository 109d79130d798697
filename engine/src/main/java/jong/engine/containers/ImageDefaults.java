package jong.engine.containers;

import java.util.ArrayList;
import java.util.List;
import jong.api.ContainerConfig;
import jong.engine.spec.Environment;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** Fills what a container's config leaves open from its image, as docker does. */
final class ImageDefaults {

    private ImageDefaults() {}

    /**
     * A new config with the image's values where {@code own} has none.
     *
     * @param image member {@code config} of the image's configuration; empty without image
     * @throws InvalidArgument if there is nothing to run
     */
    static ContainerConfig merge(ContainerConfig own, JsonObject image) {
        var base = new ContainerConfig(image);
        JsonObject merged = own.json().copy();
        for (String name : List.of("User", "WorkingDir", "StopSignal")) {
            if (own.json().string(name).isEmpty() && !image.string(name).isEmpty()) {
                merged.put(name, image.string(name));
            }
        }
        List<String> env = Environment.withImage(own.env(), base.env());
        if (!env.isEmpty()) {
            merged.put("Env", env);
        }
        for (String name : List.of("ExposedPorts", "Labels", "Volumes")) {
            unite(merged, name, image.object(name));
        }
        if (merged.object("Volumes").isEmpty()) {
            merged.put("Volumes", null); // As docker shows none.
        }
        health(merged, image.object("Healthcheck"));
        command(merged, own, base);
        return new ContainerConfig(merged);
    }

    private static void command(JsonObject merged, ContainerConfig own, ContainerConfig base) {
        List<String> entrypoint = own.entrypoint();
        List<String> cmd = own.cmd();
        if (entrypoint == null || entrypoint.isEmpty()) {
            if (cmd == null || cmd.isEmpty()) {
                cmd = base.cmd();
            }
            if (entrypoint == null) {
                entrypoint = base.entrypoint();
            }
        }
        if (entrypoint != null && entrypoint.equals(List.of(""))) {
            entrypoint = null;
        }
        if (size(entrypoint) + size(cmd) == 0) {
            throw new InvalidArgument("no command specified");
        }
        merged.put("Entrypoint", size(entrypoint) == 0 ? null : entrypoint);
        merged.put("Cmd", cmd);
    }

    /** Entrypoint and command as one list. */
    static List<String> words(ContainerConfig config) {
        List<String> words = new ArrayList<>();
        List<String> entrypoint = config.entrypoint();
        List<String> cmd = config.cmd();
        if (entrypoint != null) {
            words.addAll(entrypoint);
        }
        if (cmd != null) {
            words.addAll(cmd);
        }
        return words;
    }

    private static int size(@Nullable List<String> list) {
        return list == null ? 0 : list.size();
    }

    private static void unite(JsonObject merged, String name, JsonObject image) {
        if (image.isEmpty()) {
            return;
        }
        JsonObject both = merged.object(name).copy();
        image.forEach(both::putIfAbsent);
        merged.put(name, both);
    }

    private static void health(JsonObject merged, JsonObject image) {
        if (image.isEmpty()) {
            return;
        }
        JsonObject own = merged.object("Healthcheck");
        JsonObject both = own.copy();
        image.forEach((name, value) -> {
            if (own.list("Test").isEmpty() && !own.has(name)) {
                both.put(name, value);
            }
        });
        merged.put("Healthcheck", both);
    }
}
