/**
 * Containers as docker knows them: created, started, watched, stopped, removed, listed.
 *
 * <p>Each verb is a class of its own. One object holds the state of one container under its own
 * lock; the store has all of them, by id and name, in memory and in the metadata. What containers
 * need of networks, volumes and events are small interfaces in this package.
 */
package jong.engine.containers;
