/** What the daemon was told, by flags and by daemon.json. */
package jong.engine.config;
