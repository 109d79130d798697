/**
 * Packet filter rules, sets and maps by the netlink interface of nf_tables, without libnftables or
 * the nft program. A {@link jong.linux.nftables.NftBatch} gathers changes, {@link
 * jong.linux.nftables.NftSocket} has the kernel carry all of them out or none.
 */
package jong.linux.nftables;
