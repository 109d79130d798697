package jong.manager.erofs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import jong.linux.mounts.MountFlag;
import jong.linux.mounts.Mounts;

/** A layer's image in a directory, mounted there. */
final class MountedLayer implements AutoCloseable {

    private final Path directory;

    private MountedLayer(Path directory) {
        this.directory = directory;
    }

    /** Writes an image of the archive, and mounts it. */
    static MountedLayer of(LayerForm form, Path directory, byte[] archive, boolean bottom)
            throws IOException {
        form.write(directory, archive, bottom);
        return of(form, directory);
    }

    /** Mounts an image that is in the directory. */
    static MountedLayer of(LayerForm form, Path directory) throws IOException {
        Files.createDirectories(directory.resolve("root"));
        Mounts.mount(
                LayerForm.image(directory).toString(),
                directory.resolve("root"),
                "erofs",
                Set.of(MountFlag.READ_ONLY),
                form.mountOptions(directory));
        return new MountedLayer(directory);
    }

    /** Where the files are seen. */
    Path root() {
        return directory.resolve("root");
    }

    @Override
    public void close() throws IOException {
        Mounts.unmount(root());
    }
}
