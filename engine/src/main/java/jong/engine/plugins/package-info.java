/** Docker's plugins of the first kind: programs of the host that answer on a socket. */
package jong.engine.plugins;
