package jong.engine.images;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import jong.api.Filters;
import jong.engine.rest.LabelFilter;
import jong.engine.rest.TimeFilter;
import jong.manager.images.Image;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException.InvalidArgument;

/** Docker's filters for lists and prunes of images. */
final class ImageFilter {

    private static final Set<String> LIST_KEYS =
            Set.of("before", "since", "dangling", "label", "label!", "reference", "until");
    private static final Set<String> PRUNE_KEYS = Set.of("dangling", "label", "label!", "until");

    private final Filters filters;
    private final Instant before;
    private final Instant since;

    private ImageFilter(Filters filters, Instant before, Instant since) {
        this.filters = filters;
        this.before = before;
        this.since = since;
    }

    static ImageFilter forList(Filters filters, Function<String, Image> images, Instant now) {
        filters.requireOnly(LIST_KEYS);
        for (String text : filters.get("dangling")) {
            if (!LabelFilter.isTrue(text) && !LabelFilter.isFalse(text)) {
                throw new InvalidArgument("invalid filter 'dangling=[" + text + "]'");
            }
        }
        Instant before = until(filters, now);
        for (String name : filters.get("before")) {
            before = earlier(before, ImageViews.created(images.apply(name)));
        }
        Instant since = Instant.MIN;
        for (String name : filters.get("since")) {
            since = ImageViews.created(images.apply(name));
        }
        return new ImageFilter(filters, before, since);
    }

    /** For a prune: only dangling images unless {@code dangling=false}. */
    static ImageFilter forPrune(Filters filters, Instant now) {
        filters.requireOnly(PRUNE_KEYS);
        Filters effective =
                filters.get("dangling").stream().allMatch(LabelFilter::isTrue)
                        ? filters.with("dangling", "true")
                        : new Filters(without(filters, "dangling"));
        return new ImageFilter(effective, until(filters, now), Instant.MIN);
    }

    private static java.util.Map<String, List<String>> without(Filters filters, String key) {
        var copy = new java.util.LinkedHashMap<>(filters.values());
        copy.remove(key);
        return copy;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static Instant until(Filters filters, Instant now) {
        Instant limit = Instant.MAX;
        for (String text : filters.get("until")) {
            limit = earlier(limit, TimeFilter.parse(text, now));
        }
        return limit;
    }

    boolean matches(Image image) {
        Instant created = ImageViews.created(image);
        List<String> references = filters.get("reference");
        return created.isBefore(before)
                && created.isAfter(since)
                && matchesDangling(image)
                && LabelFilter.matches(filters, image.config().labels())
                && (references.isEmpty()
                        || !named(image.tags(), references).isEmpty()
                        || !named(image.digests(), references).isEmpty());
    }

    /** Whether only images without a name are wanted. */
    boolean onlyDangling() {
        return filters.get("dangling").stream().anyMatch(LabelFilter::isTrue);
    }

    /** The image with only those of its names that were asked for. */
    Image shown(Image image) {
        List<String> patterns = filters.get("reference");
        return patterns.isEmpty()
                ? image
                : image.withNames(named(image.tags(), patterns), named(image.digests(), patterns));
    }

    private static List<Reference> named(List<Reference> names, List<String> patterns) {
        return names.stream()
                .filter(name -> patterns.stream().anyMatch(pattern -> isNamed(name, pattern)))
                .toList();
    }

    /** Docker shows what only a digest names either way. */
    private boolean matchesDangling(Image image) {
        return filters.get("dangling").stream()
                .allMatch(
                        text -> LabelFilter.isTrue(text) ? image.tags().isEmpty() : isNamed(image));
    }

    private static boolean isNamed(Image image) {
        return !image.tags().isEmpty() || !image.digests().isEmpty();
    }

    /** A pattern of names as Go's {@code path.Match} knows it, with or without a tag. */
    private static boolean isNamed(Reference name, String pattern) {
        try {
            var matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            return matcher.matches(Path.of(name.familiarString()))
                    || matcher.matches(Path.of(name.familiarName()));
        } catch (java.util.regex.PatternSyntaxException e) {
            throw new InvalidArgument("syntax error in pattern", e);
        }
    }
}
