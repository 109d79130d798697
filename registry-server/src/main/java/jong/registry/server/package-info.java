/** The registry's program: its options, its routes, its life. */
package jong.registry.server;
