package jong.manager.images;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import jong.oci.Digest;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;

/** One removal of a name or an image, with docker's rules about what is in the way. */
final class ImageRemoval {

    private final ImageStore images;
    private final Image image;
    private final String asked;
    private final boolean force;
    private final List<ImageUses.Use> uses;
    private final List<Removal> removed = new ArrayList<>();

    ImageRemoval(ImageStore images, Image image, String asked, boolean force, ImageUses uses) {
        this.images = images;
        this.image = image;
        this.asked = asked;
        this.force = force;
        this.uses = uses.of(image.id().toString());
    }

    /** Takes the names and the image out of the metadata; its layers are left to the caller. */
    List<Removal> run() {
        boolean byId =
                image.id().toString().startsWith(asked) || image.id().hex().startsWith(asked);
        if (!byId) {
            removeName();
            if (!names().isEmpty()) {
                return removed;
            }
            // The name was what was asked for: what else is in the way is no error.
            if (conflict(true).isPresent()) {
                return removed;
            }
        } else {
            boolean single = isSingleReference();
            conflict(!single)
                    .ifPresent(e -> {
                        throw e;
                    });
        }
        for (Reference name : names()) {
            untag(name);
        }
        images.remove(image.id());
        removed.add(new Removal.Deleted(image.id().toString()));
        return removed;
    }

    /** Whether the image itself is gone. */
    boolean imageIsGone() {
        return images.get(image.id()).isEmpty();
    }

    private void removeName() {
        if (!force && isSingleReference() && !uses.isEmpty()) {
            throw new StatusException.Conflict(
                    "conflict: unable to remove repository reference \""
                            + asked
                            + "\" (must force) - container "
                            + shortId(uses.getFirst().containerId())
                            + " is using its referenced image "
                            + image.id().shortHex());
        }
        Reference name = ImageStore.lookupName(Reference.parse(asked));
        untag(name);
        boolean lastTagOfRepository =
                name.digest() == null
                        && names().stream()
                                .noneMatch(other ->
                                        other.digest() == null && other.name().equals(name.name()));
        if (lastTagOfRepository) {
            names().stream().filter(other -> other.name().equals(name.name())).forEach(this::untag);
        }
    }

    private void untag(Reference name) {
        images.removeName(name);
        removed.add(new Removal.Untagged(name.familiarString()));
    }

    private List<Reference> names() {
        return List.copyOf(images.namesOf(image.id()));
    }

    /** At most one tag, and digests of its repository only. */
    private boolean isSingleReference() {
        List<Reference> names = names();
        if (names.size() <= 1) {
            return true;
        }
        Set<String> digested = new HashSet<>();
        List<Reference> tagged = new ArrayList<>();
        for (Reference name : names) {
            if (name.digest() == null) {
                tagged.add(name);
            } else {
                digested.add(name.name());
            }
        }
        if (tagged.size() > 1) {
            return false;
        }
        String repository = tagged.isEmpty() ? names.getFirst().name() : tagged.getFirst().name();
        return digested.equals(Set.of(repository));
    }

    /**
     * What keeps the image from being deleted.
     *
     * @param countNames whether names are in the way
     */
    private Optional<StatusException> conflict(boolean countNames) {
        Optional<String> running = user(ImageUses.Use::running);
        if (running.isPresent()) {
            return conflict(
                    "cannot be forced",
                    "image is being used by running container " + running.get());
        }
        if (force) {
            return Optional.empty();
        }
        if (countNames && !names().isEmpty()) {
            return conflict("must be forced", "image is referenced in multiple repositories");
        }
        return user(use -> !use.running())
                .flatMap(id ->
                        conflict(
                                "must be forced",
                                "image is being used by stopped container " + id));
    }

    private Optional<StatusException> conflict(String remedy, String reason) {
        return Optional.of(
                new StatusException.Conflict(
                        "conflict: unable to delete "
                                + image.id().shortHex()
                                + " ("
                                + remedy
                                + ") - "
                                + reason));
    }

    private Optional<String> user(Predicate<ImageUses.Use> wanted) {
        return uses.stream().filter(wanted).map(use -> shortId(use.containerId())).findFirst();
    }

    private static String shortId(String id) {
        return id.length() > 12 ? id.substring(0, 12) : id;
    }

    /** The layers of a removed image that no other image has, topmost first. */
    static List<Digest> ownLayers(Image removed, List<Image> others) {
        Set<Digest> shared = new HashSet<>();
        others.forEach(other -> shared.addAll(other.config().chainIds()));
        return removed.config().chainIds().reversed().stream()
                .filter(id -> !shared.contains(id))
                .toList();
    }
}
