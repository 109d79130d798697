package jong.engine.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import jong.manager.snapshots.SizeLimits;
import jong.wire.json.JsonObject;

/**
 * A volume as it is kept in the metadata.
 *
 * @param name its name
 * @param json docker's members for it, but for the mountpoint
 */
record StoredVolume(String name, JsonObject json) {

    private static final String ANONYMOUS = "com.docker.volume.anonymous";

    /** A new one; {@code null} maps are kept as such, because docker shows the difference. */
    static StoredVolume create(VolumeRequest request, String createdAt) {
        JsonObject labels = request.labels();
        if (request.anonymous()) {
            labels = (labels == null ? new JsonObject() : labels.copy()).with(ANONYMOUS, "");
        }
        return new StoredVolume(
                request.name(),
                new JsonObject()
                        .with("CreatedAt", createdAt)
                        .with("Labels", labels)
                        .with("Options", request.options())
                        .withUnlessEmpty("Driver", request.isLocal() ? "" : request.driver()));
    }

    /** The name of its driver, {@code local} unless another one was asked for. */
    String driver() {
        return json.string("Driver", LocalVolumes.NAME);
    }

    boolean isLocal() {
        return driver().equals(LocalVolumes.NAME);
    }

    String createdAt() {
        return json.string("CreatedAt");
    }

    /** The same under a name that a user chose, so that it is anonymous no longer. */
    StoredVolume named(String newName) {
        JsonObject copy = json.copy();
        if (anonymous()) {
            JsonObject labels = copy.object("Labels");
            labels.remove(ANONYMOUS);
            copy.put("Labels", labels);
        }
        return new StoredVolume(newName, copy);
    }

    /** A plain one with the same labels and size. */
    StoredVolume cloned(String target, String createdAt) {
        String size = json.object("Options").string("size");
        JsonObject options = size.isEmpty() ? null : new JsonObject().with("size", size);
        JsonObject copy = named(target).json;
        copy.remove("Driver");
        return new StoredVolume(target, copy.with("CreatedAt", createdAt).with("Options", options));
    }

    Map<String, String> labels() {
        return json.stringMap("Labels");
    }

    boolean anonymous() {
        return labels().containsKey(ANONYMOUS);
    }

    VolumeOptions options() {
        return VolumeOptions.of(json.stringMap("Options"));
    }

    /** Of a limited one, how much of its size is used. */
    JsonObject status(Path data) {
        var status = new JsonObject();
        if (options().size() > 0) {
            try {
                SizeLimits.usage(data)
                        .ifPresent(usage ->
                                status.with("Size", usage.limit()).with("Used", usage.used()));
            } catch (IOException _) {
                return status; // The directory is gone, or the quota was turned off.
            }
        }
        return status;
    }

    /** As {@code GET /volumes/NAME} shows it. */
    JsonObject toJson(String mountpoint) {
        return new JsonObject()
                .with("CreatedAt", json.string("CreatedAt"))
                .with("Driver", driver())
                .with("Labels", json.get("Labels"))
                .with("Mountpoint", mountpoint)
                .with("Name", name)
                .with("Options", json.get("Options"))
                .with("Scope", "local");
    }
}
