/** The daemon's own log. */
package jong.engine.logging;
