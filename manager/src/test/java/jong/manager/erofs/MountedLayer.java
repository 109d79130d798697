package jong.manager.erofs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import jong.linux.mounts.MountFlag;
import jong.linux.mounts.Mounts;
import jong.oci.Digest;

/** A layer's archive and image in a directory, mounted there. */
final class MountedLayer implements AutoCloseable {

    private final Path directory;

    private MountedLayer(Path directory) {
        this.directory = directory;
    }

    /** Writes the archive and its image, and mounts them. */
    static MountedLayer of(Path directory, byte[] archive, boolean bottom) throws IOException {
        Files.createDirectories(directory);
        Path data = Files.write(directory.resolve("layer.tar"), archive);
        Path image = directory.resolve("layer.erofs");
        LayerTree.read(new ByteArrayInputStream(archive), bottom)
                .write(image, Digest.sha256(archive));
        return of(directory, image, data);
    }

    /** Mounts an image below the directory. */
    static MountedLayer of(Path directory, Path image, Path data) throws IOException {
        Files.createDirectories(directory.resolve("root"));
        Mounts.mount(
                image.toString(),
                directory.resolve("root"),
                "erofs",
                Set.of(MountFlag.READ_ONLY),
                "device=" + data);
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
