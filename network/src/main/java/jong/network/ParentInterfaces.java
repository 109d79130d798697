package jong.network;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.netlink.LinkChange;
import jong.linux.netlink.RouteRequest;
import jong.linux.netlink.RouteSocket;

/**
 * The host's interfaces that those of sandboxes stand on. Those made here, as dockerd does for
 * VLANs and for networks without a parent, go with the last network on them; they carry the
 * engine's mark. Error texts are dockerd's.
 */
final class ParentInterfaces {
    private static final Pattern VLAN = Pattern.compile("([^.]*)\\.(.*)");
    private static final int LAST_VLAN = 4094;

    private final RouteSocket routes;
    private final Mark mark;
    private final Map<String, Integer> users = new HashMap<>(); // Networks by their parent.

    ParentInterfaces(RouteSocket routes, Mark mark) {
        this.routes = routes;
        this.mark = mark;
    }

    /** Has a network use its parent, which is made if it is to be made and is not there. */
    synchronized void use(SubinterfaceSettings settings) throws IOException {
        String parent = settings.parent();
        if (parent.equals("lo")) {
            throw new NetworkException(
                    "loopback interface is not a valid " + settings.kind() + " parent link");
        }
        if (routes.link(parent).isEmpty()) {
            make(settings);
        }
        users.merge(parent, 1, Integer::sum);
    }

    private void make(SubinterfaceSettings settings) throws IOException {
        String parent = settings.parent();
        if (settings.parentLeadsNowhere()) {
            execute("dummy", RouteRequest.createDummy(parent, new LinkChange().up()));
        } else {
            execute("vlan", vlan(parent));
        }
        // Not in the same batch, which goes on behind an error: what somebody else has made
        // meanwhile stays theirs.
        routes.execute(mark.put(parent));
    }

    private RouteRequest vlan(String name) throws IOException {
        var parts = VLAN.matcher(name);
        if (!parts.matches()) {
            throw new NetworkException(
                    "invalid subinterface vlan name " + name + ", example formatting is eth0.10");
        }
        String parent = parts.group(1);
        int id = vlanId(name, parts.group(2));
        var link = routes.link(parent);
        if (link.isEmpty()) {
            throw new NetworkException("-o parent interface was not found on the host: " + parent);
        }
        return RouteRequest.createVlan(name, link.get().index(), id, new LinkChange().up());
    }

    private static int vlanId(String name, String text) throws NetworkException {
        if (text.contains(".")) {
            throw new NetworkException(
                    "required interface name format is: name.vlan_id, ex. eth0.10 for vlan 10,"
                            + " instead received "
                            + name);
        }
        if (!text.matches("-?\\d{1,9}")) {
            throw new NetworkException(
                    "unable to parse a valid vlan id from: " + text + " (ex. eth0.10 for vlan 10)");
        }
        int id = Integer.parseInt(text);
        if (id < 1 || id > LAST_VLAN) {
            throw new NetworkException("vlan id must be between 1-4094, received: " + id);
        }
        return id;
    }

    /** The index of a parent. */
    int index(String parent) throws IOException {
        var link = routes.link(parent);
        if (link.isEmpty()) {
            throw new NetworkException(
                    "the requested parent interface "
                            + parent
                            + " was not found on the Docker host");
        }
        return link.get().index();
    }

    /** A network uses its parent no more; one that was made here goes with its last user. */
    synchronized void leave(SubinterfaceSettings settings) throws IOException {
        String parent = settings.parent();
        if (users.merge(parent, -1, Integer::sum) > 0) {
            return;
        }
        users.remove(parent);
        var link = routes.link(parent);
        if (link.isPresent() && mark.isOn(link.get())) {
            Removals.delete(routes, parent);
        }
    }

    /** Executes requests, and says so when the kernel does not have that kind of interface. */
    void execute(String kind, RouteRequest... requests) throws IOException {
        try {
            routes.execute(requests);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EOPNOTSUPP) {
                throw new NetworkException(
                        "the kernel has no interfaces of the kind "
                                + kind
                                + ": load the module "
                                + (kind.equals("vlan") ? "8021q" : kind),
                        e);
            }
            throw e;
        }
    }
}
