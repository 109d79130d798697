/** Mounts: making, moving and removing them, and the table of those that exist. */
package jong.linux.mounts;
