package jong.cli.container;

import jong.cli.failure.CommandException;

/**
 * One end of {@code cp}: what it is, and what its archive's top entry is called.
 *
 * @param path as the user gave it, with symlinks resolved as far as they are to be followed
 * @param exists whether there is anything
 * @param isDirectory whether that is a directory
 * @param name what the user called it if a symlink at its end leads to another name; else empty
 */
record CopySide(String path, boolean exists, boolean isDirectory, String name) {

    /** How the archive of the source is unpacked: where, and under which name its top goes. */
    record Placement(String directory, String name) {}

    /** The name of the top entry of this source's archive. */
    String entryName() {
        return name.isEmpty() ? CopyPath.entryName(path) : name;
    }

    /**
     * Where this source goes if it is copied to {@code target}, by the rules of docker's {@code
     * cp}: into a directory that is there, else under the target's own name.
     */
    Placement to(CopySide target) {
        if (target.exists && target.isDirectory) {
            return new Placement(target.path, entryName());
        }
        if (target.exists && isDirectory) {
            throw new CommandException("cannot copy directory");
        }
        if (!target.exists && !isDirectory && CopyPath.saysDirectory(target.path)) {
            throw new CommandException("no such directory");
        }
        return new Placement(CopyPath.entryParent(target.path), CopyPath.entryName(target.path));
    }
}
