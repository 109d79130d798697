/** Bridges, endpoints, published ports, and the files that give a sandbox its names. */
package jong.network;
