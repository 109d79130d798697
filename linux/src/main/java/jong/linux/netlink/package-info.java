/**
 * Network interfaces, addresses, routes and neighbours by rtnetlink(7), in this network namespace
 * or another.
 */
package jong.linux.netlink;
