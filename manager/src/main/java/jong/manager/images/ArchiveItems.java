package jong.manager.images;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/** Finds what {@code save} is asked for: images, each with the names that the archive gives it. */
final class ArchiveItems {

    private final Images images;

    ArchiveItems(Images images) {
        this.images = images;
    }

    /**
     * A name without a tag stands for all tags of its repository, as docker has it; a digest stands
     * for one image, and is no name that an archive can give.
     */
    List<ArchiveSave.Item> of(String nameOrId) {
        Image image = images.find(nameOrId).orElse(null);
        boolean byId =
                image != null
                        && (image.id().toString().startsWith(nameOrId)
                                || image.id().hex().startsWith(nameOrId));
        if (image != null && byId) {
            return List.of(new ArchiveSave.Item(image, List.of()));
        }
        Reference asked = Reference.parse(nameOrId);
        if (image != null && asked.digest() != null) {
            return List.of(new ArchiveSave.Item(image, List.of()));
        }
        List<ArchiveSave.Item> items = new ArrayList<>();
        for (Image candidate : asked.tag() == null ? images.list() : optional(image)) {
            List<Reference> names =
                    candidate.tags().stream()
                            .filter(name -> name.name().equals(asked.name()))
                            .filter(name -> asked.tag() == null || asked.tag().equals(name.tag()))
                            .toList();
            if (!names.isEmpty()) {
                items.add(new ArchiveSave.Item(candidate, names));
            }
        }
        if (items.isEmpty()) {
            throw new StatusException.NotFound(
                    asked.tag() == null && asked.digest() == null
                            ? "No such image: " + nameOrId
                            : "reference does not exist");
        }
        return items;
    }

    private static Collection<Image> optional(@Nullable Image image) {
        return image == null ? List.of() : List.of(image);
    }
}
