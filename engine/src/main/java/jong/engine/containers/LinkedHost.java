package jong.engine.containers;

/**
 * A container that another is linked to, as it stands in the other's hosts file.
 *
 * @param address one of its addresses in the default network
 * @param names by which it is known there, separated by spaces: alias, host name, own name
 */
public record LinkedHost(String address, String names) {}
