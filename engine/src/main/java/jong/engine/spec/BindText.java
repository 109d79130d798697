package jong.engine.spec;

import jong.engine.spec.MountPoint.Kind;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/** An entry of {@code Binds}: {@code [SOURCE:]DESTINATION[:MODE]}. */
final class BindText {

    private BindText() {}

    /**
     * Reads an entry; it is turned into one of {@code Mounts}, and checked as such.
     *
     * @param volumeDriver for a volume that is made; may be empty
     * @throws Internal with docker's text and status
     */
    static MountPoint parse(String text, String volumeDriver) {
        String[] parts = text.split(":", 4);
        boolean modeAlone = parts.length == 2 && BindMode.find(parts[1]).isPresent();
        if (parts[0].isEmpty() || modeAlone || parts.length == 4) {
            throw new Internal("invalid volume specification: '" + text + "'");
        }
        String source = parts.length == 1 ? "" : parts[0];
        String target = parts.length == 1 ? parts[0] : parts[1];
        String word = parts.length == 3 ? parts[2] : "";
        var mode = BindMode.find(word).orElseThrow(() -> new Internal("invalid mode: " + word));
        try {
            JsonObject mount = mount(source, target, mode, volumeDriver);
            MountPoint point = MountConfig.parseWithoutLooking(mount);
            return word.isEmpty() ? point : point.withMode(word);
        } catch (InvalidArgument e) {
            throw new Internal(
                    "invalid volume specification: '" + text + "': " + e.getMessage(), e);
        }
    }

    private static JsonObject mount(
            String source, String target, BindMode mode, String volumeDriver) {
        Kind kind = source.startsWith("/") ? Kind.BIND : Kind.VOLUME;
        var mount =
                new JsonObject()
                        .with("Type", kind.word())
                        .with("Source", source)
                        .with("Target", target)
                        .with("ReadOnly", mode.readOnly());
        var volume = new JsonObject();
        if (!volumeDriver.isEmpty() && kind == Kind.VOLUME) {
            volume.with("DriverConfig", new JsonObject().with("Name", volumeDriver));
        }
        volume.withUnlessEmpty("NoCopy", mode.noCopy());
        var bind = new JsonObject().withUnlessEmpty("Propagation", mode.propagation());
        if (kind == Kind.BIND) {
            bind.with("CreateMountpoint", true);
        }
        (kind == Kind.BIND ? bind : volume).withUnlessEmpty("IDMap", mode.idMap().json());
        mount.withUnlessEmpty("VolumeOptions", volume);
        return mount.withUnlessEmpty("BindOptions", bind);
    }
}
