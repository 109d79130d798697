/** The daemon: its parts put together. */
package jong.engine;
