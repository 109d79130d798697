/**
 * Gives a sandbox an interface, an address, a name and a published port.
 *
 * <p>A sandbox is a network namespace that somebody else made. {@link jong.network.Networks} is
 * where to start; docs/network.md tells what a packet goes through.
 */
@org.jspecify.annotations.NullMarked
module jong.network {
    requires static transitive org.jspecify;
    requires transitive jong.linux;

    exports jong.network;
    exports jong.network.names;
}
