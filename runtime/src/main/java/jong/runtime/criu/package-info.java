/**
 * What CRIU (criu.org) is asked for, and how: its messages, and what it must be told of a container
 * to save its processes in files and to bring them back.
 */
package jong.runtime.criu;
