package jong.engine.containers;

import java.util.List;
import jong.api.ApiVersion;
import jong.api.HostConfig;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** What versions of the API before the newest say about {@code Mounts}. */
final class MountVersions {

    private MountVersions() {}

    /**
     * Takes away what a client of that version cannot mean.
     *
     * @throws InvalidArgument with docker's text, if it cannot be had
     */
    static void check(HostConfig host, ApiVersion version) {
        for (JsonObject mount : host.mounts()) {
            if (version.atLeast(42)) {
                checkOwners(mount);
            } else {
                forget(mount, version);
            }
            boolean forced = mount.object("BindOptions").flag("ReadOnlyForceRecursive");
            if (forced && !version.atLeast(44) && mount.string("Type").equals("bind")) {
                throw tooOld("BindOptions.ReadOnlyForceRecursive", 44);
            }
            if (!mount.object("VolumeOptions").string("Subpath").isEmpty()
                    && !version.atLeast(45)) {
                throw tooOld("VolumeOptions.Subpath", 45);
            }
            if (mount.string("Type").equals("image") && !version.atLeast(48)) {
                throw tooOld("Mount type \"Image\"", 48);
            }
        }
    }

    private static InvalidArgument tooOld(String what, int minor) {
        return new InvalidArgument(what + " needs API v1." + minor + " or newer");
    }

    private static void checkOwners(JsonObject mount) {
        String type = mount.string("Type");
        for (String owner : List.of("Volume", "Bind", "Tmpfs")) {
            if (mount.has(owner + "Options") && !owner.equalsIgnoreCase(type)) {
                throw new InvalidArgument(
                        owner + "Options must not be specified on mount type \"" + type + "\"");
            }
        }
    }

    private static void forget(JsonObject mount, ApiVersion version) {
        String type = mount.string("Type");
        for (String owner : List.of("Volume", "Tmpfs")) {
            if (!owner.equalsIgnoreCase(type)) {
                mount.remove(owner + "Options");
            }
        }
        JsonObject bind = mount.object("BindOptions");
        bind.remove("CreateMountpoint");
        if (!version.atLeast(40)) {
            bind.remove("NonRecursive");
        }
    }
}
