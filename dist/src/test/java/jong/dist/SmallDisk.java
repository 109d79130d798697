package jong.dist;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A file system of its own that is soon full. Closing unmounts it.
 *
 * @param directory where it is mounted
 * @param image the file that it is in, or the empty path
 */
record SmallDisk(Path directory, Path image) implements AutoCloseable {

    /** In memory, of so many megabytes. */
    static SmallDisk tmpfs(int megabytes) {
        var directory = Engine.shortPath(Path.of("/tmp"));
        run("mkdir", directory.toString());
        run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", directory.toString());
        return new SmallDisk(directory, Path.of(""));
    }

    /** On a disk, in a file of so many megabytes. */
    static SmallDisk ext4(int megabytes) {
        var directory = Engine.shortPath(Path.of("/tmp"));
        var image = Path.of(directory + ".ext4");
        run("mkdir", directory.toString());
        run("truncate", "-s", megabytes + "M", image.toString());
        run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        run("mount", "-o", "loop", image.toString(), directory.toString());
        return new SmallDisk(directory, image);
    }

    /**
     * On a disk that counts projects, in a file of so many megabytes; empty if the kernel does not
     * know such quotas (CONFIG_QFMT_V2).
     */
    static Optional<SmallDisk> withProjectQuota(int megabytes) {
        var directory = Engine.shortPath(Path.of("/tmp"));
        var image = Path.of(directory + ".ext4");
        run("mkdir", directory.toString());
        run("truncate", "-s", megabytes + "M", image.toString());
        run(
                "mkfs.ext4",
                "-q",
                "-F",
                "-m",
                "0",
                "-O",
                "quota,project",
                "-E",
                "quotatype=prjquota",
                image.toString());
        var mounted =
                Command.of("mount", "-o", "loop,prjquota", image.toString(), directory.toString())
                        .run();
        if (mounted.status() != 0) {
            run("rm", "-d", image.toString(), directory.toString());
            return Optional.empty();
        }
        return Optional.of(new SmallDisk(directory, image));
    }

    private static void run(String... command) {
        Command.of(command).run().succeeded();
    }

    @Override
    public void close() {
        run("umount", "-l", directory.toString());
        run("rmdir", directory.toString());
        if (!image.toString().isEmpty()) {
            run("rm", image.toString());
        }
    }
}
