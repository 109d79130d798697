package jong.manager.erofs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.oci.Digest;

/** The ways to make an image of a layer. */
enum LayerForm {

    /** The archive stays and is the image's device. */
    TAR_INDEX {
        @Override
        LayerTree read(Path directory, byte[] archive, boolean bottom) throws IOException {
            Files.write(directory.resolve(ARCHIVE), archive);
            return LayerTree.read(new ByteArrayInputStream(archive), bottom);
        }

        @Override
        String mountOptions(Path directory) {
            return "device=" + directory.resolve(ARCHIVE);
        }
    },

    /** The image has the data, compressed. */
    COMPRESSED {
        @Override
        LayerTree read(Path directory, byte[] archive, boolean bottom) throws IOException {
            Files.deleteIfExists(image(directory));
            return LayerTree.compress(new ByteArrayInputStream(archive), bottom, image(directory));
        }

        @Override
        String mountOptions(Path directory) {
            return "";
        }
    };

    private static final String ARCHIVE = "layer.tar";

    /** Reads an archive and writes beside the image in a directory what that needs. */
    abstract LayerTree read(Path directory, byte[] archive, boolean bottom) throws IOException;

    abstract String mountOptions(Path directory);

    static Path image(Path directory) {
        return directory.resolve("layer.erofs");
    }

    /** Makes the image of an archive in a directory. */
    Path write(Path directory, byte[] archive, boolean bottom) throws IOException {
        Path image = image(Files.createDirectories(directory));
        read(directory, archive, bottom).write(image, Digest.sha256(archive));
        return image;
    }
}
