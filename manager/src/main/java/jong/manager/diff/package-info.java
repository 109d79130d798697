/** Snapshots compared with what they stand on: layers made of containers. */
package jong.manager.diff;
