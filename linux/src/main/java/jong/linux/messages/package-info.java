/** The form that all netlink messages share (netlink(7)). Not exported. */
package jong.linux.messages;
