/** Tar archives of local files: what {@code cp} sends and receives. */
package jong.cli.archive;
