package jong.engine.networks;

import java.util.Collection;
import jong.network.SubinterfaceSettings;
import jong.network.SubinterfaceSettings.Kind;
import jong.wire.status.StatusException.Conflict;

/** Which networks one parent interface can carry, as in dockerd. */
final class ParentUse {

    private ParentUse() {}

    /**
     * Refuses a network whose parent others use in a way that leaves no place for it.
     *
     * @throws Conflict with docker's text
     */
    static void check(StoredNetwork added, Collection<KnownNetwork> present) {
        if (!added.hasParent()) {
            return;
        }
        SubinterfaceSettings wanted = added.subinterfaces();
        for (KnownNetwork known : present) {
            StoredNetwork other = known.stored();
            if (other.hasParent() && other.subinterfaces().parent().equals(wanted.parent())) {
                check(wanted, other);
            }
        }
    }

    private static void check(SubinterfaceSettings wanted, StoredNetwork other) {
        String parent = wanted.parent();
        String id = other.id();
        Kind kind = other.subinterfaces().kind();
        if (wanted.kind() instanceof Kind.Ipvlan || kind instanceof Kind.Ipvlan) {
            throw new Conflict("network " + id + " is already using parent interface " + parent);
        }
        if (wanted.kind().isPassthru()) {
            throw new Conflict(
                    "cannot use mode passthru, macvlan network "
                            + id
                            + " is already using parent interface "
                            + parent);
        }
        if (kind.isPassthru()) {
            throw new Conflict(
                    "macvlan network "
                            + id
                            + " is already using parent interface "
                            + parent
                            + " in mode passthru");
        }
    }
}
