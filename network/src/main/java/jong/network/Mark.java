package jong.network;

import jong.linux.netlink.Link;
import jong.linux.netlink.LinkChange;
import jong.linux.netlink.RouteRequest;

/**
 * The alias of interfaces that an engine has made. It tells them from those that were there before,
 * and from those of the host's other engines.
 *
 * @param text as {@code ip link} shows it
 */
record Mark(String text) {

    /** The mark of the engine whose packet filter's table has that name. */
    static Mark of(String table) {
        return new Mark("made by Jong (" + table + ")");
    }

    /** Puts it on an interface; in one batch with its making no kill can come between. */
    RouteRequest put(String link) {
        return RouteRequest.change(link, new LinkChange().alias(text));
    }

    /** Whether an interface carries it. */
    boolean isOn(Link link) {
        return link.alias().equals(text);
    }
}
