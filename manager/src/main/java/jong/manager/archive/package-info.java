/**
 * Files copied into and out of containers, as tar archives, whatever the containers do meanwhile.
 */
package jong.manager.archive;
