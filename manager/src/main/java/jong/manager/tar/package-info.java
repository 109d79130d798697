/** Tar archives, read and written as streams. */
package jong.manager.tar;
