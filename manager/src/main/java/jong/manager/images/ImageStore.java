package jong.manager.images;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.reference.Reference;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/** Which images there are, and which names point to them. */
final class ImageStore {

    private static final int SHORTEST_ID = 1;

    private final MetadataStore metadata;
    private final Bucket images;
    private final Bucket names;

    ImageStore(MetadataStore metadata) {
        this.metadata = metadata;
        this.images = metadata.bucket("images", "parent");
        this.names = metadata.bucket("names", "id");
    }

    /**
     * What is stored of an image; the rest is in its configuration.
     *
     * @param id the digest of its configuration
     * @param manifest where its manifest is
     * @param lastTagged when a tag was last set, nanoseconds since the epoch, or 0
     * @param parent the image that it was made from here; empty for one that came from elsewhere
     * @param listings the lists of platforms through which it was pulled, the last one last
     */
    record Stored(
            Digest id,
            Descriptor manifest,
            long lastTagged,
            Optional<Digest> parent,
            List<Listing> listings) {

        /** Copies the list. */
        Stored {
            listings = List.copyOf(listings);
        }

        private Stored withManifest(Descriptor other) {
            return new Stored(id, other, lastTagged, parent, listings);
        }

        private Stored tagged(long nanos) {
            return new Stored(id, manifest, nanos, parent, listings);
        }

        private Stored listed(Listing listing) {
            List<Listing> all = new ArrayList<>(listings);
            all.removeIf(listing::isOf);
            all.add(listing);
            return new Stored(id, manifest, lastTagged, parent, all);
        }

        private Stored listedIn(Set<Digest> indexes) {
            List<Listing> left =
                    listings.stream().filter(listing -> listing.isIn(indexes)).toList();
            return new Stored(id, manifest, lastTagged, parent, left);
        }

        private boolean isListedWith(Stored other) {
            return listings.stream().anyMatch(own -> other.listings.stream().anyMatch(own::isOf));
        }

        /** What a list of platforms names for this image; empty if it was not pulled through it. */
        Optional<Digest> manifestIn(Descriptor index) {
            return listings.stream()
                    .filter(listing -> listing.index().digest().equals(index.digest()))
                    .map(Listing::manifest)
                    .findFirst();
        }
    }

    /**
     * Refuses what cannot be the ID of an image: users write IDs without the name of the hash.
     *
     * @param config the digest of a configuration
     */
    static void requireId(Digest config) {
        if (!config.algorithm().equals("sha256")) {
            throw new StatusException.InvalidArgument(
                    "image configuration " + config + " is not named by sha256");
        }
    }

    Optional<Stored> get(Digest id) {
        return images.get(id.toString()).map(json -> stored(id, json));
    }

    /**
     * An image that was there a moment ago.
     *
     * @throws StatusException.NotFound with docker's text if it was removed meanwhile
     */
    Stored existing(Digest id) {
        return get(id).orElseThrow(() -> new StatusException.NotFound("No such image: " + id));
    }

    List<Stored> all() {
        List<Stored> all = new ArrayList<>();
        images.entries().forEach((id, json) -> all.add(stored(Digest.parse(id), json)));
        return all;
    }

    /** Adds an image, and gives it the names in the same step. */
    void add(Digest id, Descriptor manifest, List<Reference> references) {
        add(id, manifest, references, Optional.empty());
    }

    /** As {@link #add(Digest, Descriptor, List)}, of an image that was made from another here. */
    void add(Digest id, Descriptor manifest, List<Reference> references, Optional<Digest> parent) {
        metadata.transaction(() -> {
            if (get(id).isEmpty()) {
                put(new Stored(id, manifest, 0, parent, List.of()));
            }
            references.forEach(reference -> point(reference, id));
        });
    }

    /**
     * Notes the list of platforms through which an image was pulled. The name of the list's digest
     * is about to point to it; the image of another platform that has that name so far stays known
     * by the digest that the list has for it.
     *
     * @param listed the name of the list's digest
     */
    void pulledThrough(Digest id, Listing listing, Reference listed) {
        metadata.transaction(() -> {
            put(existing(id).listed(listing));
            pointed(listed)
                    .filter(other -> !other.equals(id))
                    .flatMap(this::get)
                    .ifPresent(other -> {
                        Digest own =
                                other.manifestIn(listing.index()).orElse(other.manifest().digest());
                        point(listed.withDigest(own), other.id());
                    });
        });
    }

    /**
     * The images that were pulled through the same lists of platforms as this one, and itself;
     * those of its last list come first.
     */
    List<Stored> platformsOf(Stored image) {
        if (image.listings().isEmpty()) {
            return List.of(image);
        }
        Descriptor last = image.listings().getLast().index();
        return all().stream()
                .filter(image::isListedWith)
                .sorted(Comparator.comparing(other -> other.manifestIn(last).isEmpty()))
                .toList();
    }

    /**
     * The names that a push of {@code reference} means: itself, or all tags of its repository.
     *
     * @throws StatusException.NotFound with docker's text if there are none
     */
    List<Reference> namesToPush(Reference reference) {
        List<Reference> ofRepository =
                namesById().values().stream()
                        .flatMap(Set::stream)
                        .filter(name -> name.digest() == null)
                        .filter(name -> name.name().equals(reference.name()))
                        .toList();
        if (ofRepository.isEmpty()) {
            throw new StatusException.NotFound(
                    "An image does not exist locally with the tag: " + reference.familiarName());
        }
        if (reference.tag() == null) {
            return ofRepository;
        }
        if (!ofRepository.contains(reference)) {
            throw noSuchTag(reference);
        }
        return List.of(reference);
    }

    /** Notes under which digest an image is known elsewhere, and which manifest says so. */
    void pushed(Digest id, Descriptor manifest, Reference digested) {
        metadata.transaction(() ->
                get(id).ifPresent(image -> {
                    put(image.withManifest(manifest));
                    point(digested, id);
                }));
    }

    /**
     * Makes a name, with tag or digest, point to an image.
     *
     * @throws StatusException.NotFound as by {@link #existing}
     */
    void point(Reference reference, Digest id) {
        metadata.transaction(() -> {
            Stored image = existing(id);
            names.put(reference.toString(), new JsonObject().with("id", id.toString()));
            if (reference.digest() == null) {
                Instant now = Instant.now();
                long nanos = now.getEpochSecond() * 1_000_000_000 + now.getNano();
                put(image.tagged(nanos));
            }
        });
    }

    /** What a name points to. */
    Optional<Digest> pointed(Reference reference) {
        return names.get(reference.toString()).map(json -> Digest.parse(json.string("id")));
    }

    /** All names, also those that point to no image. */
    Map<Reference, Digest> names() {
        Map<Reference, Digest> all = new LinkedHashMap<>();
        names.entries()
                .forEach((name, json) ->
                        all.put(Reference.parse(name), Digest.parse(json.string("id"))));
        return all;
    }

    /**
     * The image that a name points to.
     *
     * @throws StatusException.NotFound if it points to none any more
     */
    Stored named(Reference reference) {
        return pointed(reference).flatMap(this::get).orElseThrow(() -> noSuchTag(reference));
    }

    static StatusException noSuchTag(Reference reference) {
        return new StatusException.NotFound("tag does not exist: " + reference.familiarString());
    }

    /** Takes a name away. */
    void removeName(Reference reference) {
        metadata.transaction(() -> {
            names.remove(reference.toString());
            if (reference.digest() != null) {
                forgetListings();
            }
        });
    }

    /** Removes an image with all names that point to it. */
    void remove(Digest id) {
        metadata.transaction(() -> {
            namesOf(id).forEach(name -> names.remove(name.toString()));
            images.remove(id.toString());
            forgetListings();
        });
    }

    /**
     * Forgets lists of platforms that no name tells of any more, unless they are the last through
     * which some image was pulled.
     */
    private void forgetListings() {
        List<Stored> all = all();
        if (all.stream().allMatch(image -> image.listings().size() < 2)) {
            return;
        }
        Set<Digest> known = new HashSet<>();
        names().keySet().stream()
                .flatMap(name -> Stream.ofNullable(name.digest()))
                .forEach(known::add);
        all.stream()
                .filter(image -> !image.listings().isEmpty())
                .forEach(image -> known.add(image.listings().getLast().index().digest()));
        all.stream()
                .filter(image -> image.listings().stream().anyMatch(each -> !each.isIn(known)))
                .forEach(image -> put(image.listedIn(known)));
    }

    /** The names of an image, ordered. */
    Set<Reference> namesOf(Digest id) {
        Set<Reference> found = new TreeSet<>(Comparator.comparing(Reference::toString));
        names.keysWith("id", id.toString()).forEach(name -> found.add(Reference.parse(name)));
        return found;
    }

    /** All names, by the image that they point to. */
    Map<Digest, Set<Reference>> namesById() {
        Map<Digest, Set<Reference>> byId = new TreeMap<>();
        var byText = java.util.Comparator.comparing(Reference::toString);
        names.entries()
                .forEach((name, json) ->
                        byId.computeIfAbsent(
                                        Digest.parse(json.string("id")), _ -> new TreeSet<>(byText))
                                .add(Reference.parse(name)));
        return byId;
    }

    /**
     * Looks up as docker does: a full ID, then a name, then the beginning of an ID.
     *
     * @throws StatusException.InvalidArgument if the text can be none of them
     */
    Optional<Stored> find(String nameOrId) {
        String hex = nameOrId.startsWith("sha256:") ? nameOrId.substring(7) : nameOrId;
        if (hex.matches("[0-9a-f]{64}")) {
            return get(new Digest("sha256", hex));
        }
        Optional<Stored> byPrefix = findByPrefix(hex);
        if (nameOrId.startsWith("sha256:")) {
            return byPrefix;
        }
        Optional<Digest> named = pointed(lookupName(Reference.parse(nameOrId)));
        return named.isPresent() ? get(named.get()) : byPrefix;
    }

    /** A digest decides alone; docker drops the tag beside it. */
    static Reference lookupName(Reference reference) {
        Digest digest = reference.digest();
        return digest == null ? reference.withDefaultTag() : reference.withDigest(digest);
    }

    private Optional<Stored> findByPrefix(String hex) {
        if (hex.length() < SHORTEST_ID || !hex.matches("[0-9a-f]+")) {
            return Optional.empty();
        }
        List<Stored> matches =
                all().stream().filter(image -> image.id().hex().startsWith(hex)).toList();
        return matches.size() == 1 ? Optional.of(matches.getFirst()) : Optional.empty();
    }

    /** The images that were made from one. */
    List<Digest> children(Digest id) {
        return images.keysWith("parent", id.toString()).stream().map(Digest::parse).toList();
    }

    private void put(Stored image) {
        images.put(
                image.id().toString(),
                new JsonObject()
                        .with("manifest", image.manifest().toJson())
                        .with("lastTagged", image.lastTagged())
                        .withUnlessEmpty("parent", image.parent().map(Digest::toString).orElse(""))
                        .withUnlessEmpty(
                                "listings",
                                image.listings().stream().map(Listing::toJson).toList()));
    }

    private static Stored stored(Digest id, JsonObject json) {
        String parent = json.string("parent");
        return new Stored(
                id,
                Descriptor.fromJson(json.object("manifest")),
                json.number("lastTagged"),
                parent.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(parent)),
                json.objects("listings").stream().map(Listing::fromJson).toList());
    }
}
