package jong.manager.archive;

import jong.linux.files.Stat;

/**
 * What a path in a container is.
 *
 * @param name the path's last part
 * @param stat the file, itself when it is a symlink
 * @param linkTarget the path that a symlink leads to in the end, or as far as there are files;
 *     empty if it is none
 */
public record PathStat(String name, Stat stat, String linkTarget) {}
