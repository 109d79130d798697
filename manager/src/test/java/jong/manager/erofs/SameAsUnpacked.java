package jong.manager.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.OpenHow;
import jong.manager.unpack.LayerUnpacker;
import jong.manager.unpack.LayerUnpacker.Unpacked;

/** Compares a mounted layer with the directory that unpacking makes of the same archive. */
final class SameAsUnpacked {

    private SameAsUnpacked() {}

    /**
     * Fails unless both trees are equal, or both ways refuse the archive.
     *
     * @return whether the layer could be mounted
     */
    static boolean check(Path directory, byte[] archive, boolean bottom) throws Exception {
        Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
        Unpacked result;
        try {
            result = LayerUnpacker.unpack(new ByteArrayInputStream(archive), unpacked, bottom);
        } catch (IOException refused) {
            assertRefused(archive, bottom, refused);
            return false;
        }
        LayerTree tree = LayerTree.read(new ByteArrayInputStream(archive), bottom);
        assertThat(tree.size()).isEqualTo(result.size());
        assertThat(tree.archiveSize()).isEqualTo(result.archiveSize());
        assertThat(tree.lowerLinks()).isEqualTo(result.lowerLinks());
        if (!result.lowerLinks().isEmpty()) {
            return false;
        }
        try (var mounted = MountedLayer.of(directory, archive, bottom)) {
            assertThat(TreeText.of(mounted.root())).isEqualTo(TreeText.of(unpacked));
        }
        return true;
    }

    private static void assertRefused(byte[] archive, boolean bottom, IOException refused) {
        try {
            LayerTree.read(new ByteArrayInputStream(archive), bottom);
        } catch (IOException _) {
            return;
        }
        throw new AssertionError("unpacking refuses what the tree takes", refused);
    }

    /**
     * Whether both know the same directories as not mentioned. Unpacking knows them by the paths
     * that were used, so that it loses sight of some when symlinks are replaced.
     */
    static boolean agreeOnDirectories(LayerTree tree, Unpacked result, Path unpacked)
            throws IOException {
        return inodes(unpacked, tree.implicitDirectories())
                .equals(inodes(unpacked, result.implicitDirectories()));
    }

    private static Set<Long> inodes(Path root, Set<String> paths) throws IOException {
        Set<Long> inodes = new TreeSet<>();
        try (var directory = Directory.open(root)) {
            for (String path : paths) {
                String name = path.isEmpty() ? "." : path;
                try (var found = directory.openDirectory(name, OpenHow.directory().inRoot())) {
                    inodes.add(found.fd().stat().inode());
                } catch (ErrnoException e) {
                    assertThat(e.errno()).isIn(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP);
                }
            }
        }
        return inodes;
    }
}
