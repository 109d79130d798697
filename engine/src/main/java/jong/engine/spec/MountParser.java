package jong.engine.spec;

import java.util.ArrayList;
import java.util.List;
import jong.api.HostConfig;
import jong.engine.spec.MountPoint.Kind;
import jong.engine.spec.MountPoint.Options;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Reads {@code Binds}, {@code Mounts} and {@code Tmpfs} of a host configuration, with docker's
 * rules and texts.
 */
public final class MountParser {

    private MountParser() {}

    /**
     * The mounts of {@code Binds}, then those of {@code Mounts}; volumes are not resolved yet.
     *
     * @param shallowReadOnly whether read-only leaves out what is mounted below a bind mount's
     *     source, as before version 1.44 of the API
     * @throws InvalidArgument if one of {@code Mounts} is wrong or two are at one place
     * @throws Internal if one of {@code Binds} is wrong, as dockerd has it
     */
    public static List<MountPoint> parse(HostConfig host, boolean shallowReadOnly) {
        List<JsonObject> given = host.mounts();
        // All are checked before the first volume is made.
        List<MountPoint> mounts = given.stream().map(MountConfig::parse).toList();
        host.tmpfs().keySet().forEach(MountConfig::checkDestination);
        List<MountPoint> result = new ArrayList<>();
        for (String text : host.binds()) {
            MountPoint bind = BindText.parse(text, host.volumeDriver());
            String destination = bind.destination();
            boolean tmpfs = host.tmpfs().containsKey(destination);
            add(result, bind, tmpfs ? destination : "", destination);
        }
        for (int i = 0; i < mounts.size(); i++) {
            add(result, mounts.get(i), "", given.get(i).string("Target"));
        }
        return result.stream()
                .map(mount -> shallowReadOnly ? mount.withShallowReadOnly() : mount)
                .toList();
    }

    private static void add(List<MountPoint> mounts, MountPoint added, String taken, String told) {
        String destination = added.destination();
        boolean twice = mounts.stream().anyMatch(old -> old.destination().equals(destination));
        if (twice || taken.equals(destination)) {
            throw new InvalidArgument("Duplicate mount point: " + told);
        }
        mounts.add(added);
    }

    /** An anonymous volume for {@code destination}, as an image's {@code VOLUME} asks for. */
    public static MountPoint anonymous(String destination, String driver) {
        return new MountPoint(
                Kind.VOLUME,
                "",
                "",
                CleanPath.of(destination),
                driver,
                "",
                true,
                "",
                Options.DEFAULT.asAnonymous());
    }
}
