/** The registry's options: flags, environment, file. */
package jong.registry.server.config;
