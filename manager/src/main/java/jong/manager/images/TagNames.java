package jong.manager.images;

import jong.oci.reference.Reference;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * What may become a tag. A digest may not: what it means is decided by content alone, and whoever
 * could say it would decide what {@code run name@sha256:…} runs.
 */
final class TagNames {

    private TagNames() {}

    /** Docker's checks of what is to become a tag; null is none. */
    static void require(@Nullable Reference target) {
        if (target != null && target.digest() != null) {
            throw new StatusException.InvalidArgument(
                    "refusing to create a tag with a digest reference");
        }
        if (target != null && target.familiarName().equals("sha256")) {
            throw new StatusException.InvalidArgument(
                    "refusing to create an ambiguous tag using digest algorithm as name");
        }
    }

    /** A name that docker's archive gives an image; docker leaves out no tag when it writes one. */
    static Reference inDockerArchive(String text) {
        return checked(text, Reference.parse(text));
    }

    /** A name that an OCI layout gives an image. */
    static Reference inLayout(String text) {
        return checked(text, Reference.parse(text).withDefaultTag());
    }

    private static Reference checked(String text, Reference name) {
        if (name.tag() == null || name.digest() != null) {
            throw new StatusException.InvalidArgument("invalid tag \"" + text + "\"");
        }
        require(name);
        return name;
    }
}
