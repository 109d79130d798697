package jong.engine.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import jong.manager.images.Image;
import jong.manager.images.Images;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * The image that Jong carries inside itself, {@code hello-world}. It comes into being when a
 * container is made of it and no image has that name, so that the first container of a new
 * installation needs no network.
 */
final class BuiltInImage {

    private static final Reference NAME = Reference.parse("hello-world:latest");

    private final Images images;
    private final Path program;

    /**
     * @param program the static program that becomes the image's only file
     */
    BuiltInImage(Images images, Path program) {
        this.images = images;
        this.program = program;
    }

    /** The image, if that is what {@code name} names. */
    Optional<Image> find(String name) {
        try {
            return Reference.parse(name).withDefaultTag().equals(NAME)
                    ? Optional.of(images.ensureBuiltIn(NAME, program))
                    : Optional.empty();
        } catch (InvalidArgument e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the image " + name, e);
        }
    }
}
