package jong.manager.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            for (LayerForm form : LayerForm.values()) {
                assertRefused(form, directory, archive, bottom, refused);
            }
            return false;
        }
        boolean mounted = true;
        for (LayerForm form : LayerForm.values()) {
            Path place = Files.createDirectories(directory.resolve(form.name()));
            mounted &= check(form, place, archive, bottom, unpacked, result);
        }
        return mounted;
    }

    private static boolean check(
            LayerForm form,
            Path place,
            byte[] archive,
            boolean bottom,
            Path unpacked,
            Unpacked result)
            throws Exception {
        LayerTree tree = form.read(place, archive, bottom);
        assertThat(tree.size()).isEqualTo(result.size());
        assertThat(tree.archiveSize()).isEqualTo(result.archiveSize());
        assertThat(tree.lowerLinks()).isEqualTo(result.lowerLinks());
        assertThat(tree.implicitDirectories()).isEqualTo(result.implicitDirectories());
        if (!result.lowerLinks().isEmpty()) {
            return false;
        }
        try (var mounted = MountedLayer.of(form, place, archive, bottom)) {
            assertThat(TreeText.of(mounted.root()))
                    .as(form.name())
                    .isEqualTo(TreeText.of(unpacked));
        }
        return true;
    }

    private static void assertRefused(
            LayerForm form, Path place, byte[] archive, boolean bottom, IOException refused) {
        try {
            form.read(place, archive, bottom);
        } catch (IOException _) {
            return;
        }
        throw new AssertionError("unpacking refuses what the tree takes", refused);
    }
}
