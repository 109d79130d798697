package jong.manager.images;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import jong.oci.Digest;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;

/** One removal of a name or an image, with docker's rules about what is in the way. */
final class ImageRemoval {

    private final ImageStore images;
    private final List<Image> lineage;
    private final String asked;
    private final boolean force;
    private final Map<Digest, List<ImageUses.Use>> uses = new HashMap<>();
    private final List<Removal> removed = new ArrayList<>();
    private Image image;

    /**
     * Prepares a removal.
     *
     * @param lineage the image, and those that it was made from if they shall go too
     */
    ImageRemoval(
            ImageStore images, List<Image> lineage, String asked, boolean force, ImageUses uses) {
        this.images = images;
        this.lineage = lineage;
        this.image = lineage.getFirst();
        this.asked = asked;
        this.force = force;
        lineage.forEach(each -> this.uses.put(each.id(), uses.of(each.id().toString())));
    }

    /** Takes the names and the image out of the metadata. */
    List<Removal> run() {
        boolean byId =
                image.id().toString().startsWith(asked) || image.id().hex().startsWith(asked);
        if (!byId) {
            removeName();
            if (!names().isEmpty()) {
                return removed;
            }
        } else if (isSingleReference()) {
            Optional<StatusException> conflict = conflict(false, force);
            if (conflict.isPresent()) {
                throw conflict.get();
            }
            names().forEach(this::untag);
        }
        delete(!byId);
        return removed;
    }

    /** Deletes the image, and those below as long as nothing needs them. */
    private void delete(boolean nameWasAsked) {
        boolean quiet = nameWasAsked;
        boolean forced = force;
        for (Image each : lineage) {
            image = each;
            Optional<StatusException> conflict = conflict(true, forced);
            if (conflict.isPresent()) {
                if (!quiet) {
                    throw conflict.get();
                }
                return; // It was not asked for by itself.
            }
            names().forEach(this::untag);
            images.remove(image.id());
            removed.add(new Removal.Deleted(image.id().toString(), 0));
            quiet = true;
            forced = false;
        }
    }

    private void removeName() {
        if (!force && isSingleReference() && !using().isEmpty()) {
            throw new StatusException.Conflict(
                    "conflict: unable to remove repository reference \""
                            + asked
                            + "\" (must force) - container "
                            + shortId(using().getFirst().containerId())
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

    private List<ImageUses.Use> using() {
        return uses.getOrDefault(image.id(), List.of());
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
    private Optional<StatusException> conflict(boolean countNames, boolean forced) {
        if (!images.children(image.id()).isEmpty()) {
            return conflict("cannot be forced", "image has dependent child images");
        }
        Optional<String> running = user(ImageUses.Use::running);
        if (running.isPresent()) {
            return conflict(
                    "cannot be forced",
                    "image is being used by running container " + running.get());
        }
        if (forced) {
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
        return using().stream().filter(wanted).map(use -> shortId(use.containerId())).findFirst();
    }

    private static String shortId(String id) {
        return id.length() > 12 ? id.substring(0, 12) : id;
    }
}
