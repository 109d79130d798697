/** Processes: starting them, sending them signals, and learning of their end. */
package jong.linux.processes;
