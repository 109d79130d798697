package jong.cli.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.cli.template.Fields;
import jong.cli.text.Times;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A name of an image in a list; an image without a name has one row too. */
record ImageRow(JsonObject json, String repository, String tag, String digest, Options options)
        implements Fields {

    private static final String NONE = "<none>";
    private static final List<String> NAMES =
            List.of(
                    "Containers",
                    "CreatedAt",
                    "CreatedSince",
                    "Digest",
                    "ID",
                    "Repository",
                    "SharedSize",
                    "Size",
                    "Tag",
                    "UniqueSize",
                    "VirtualSize");

    /**
     * What is shown.
     *
     * @param whole whether ids are shown in full
     * @param digests whether each digest has a row
     */
    record Options(boolean whole, boolean digests) {}

    /** Adds the rows of an image. */
    static void add(List<ImageRow> rows, JsonObject image, Options options) {
        Map<String, List<String>> tags = byRepository(image.strings("RepoTags"), ':');
        Map<String, List<String>> digests = byRepository(image.strings("RepoDigests"), '@');
        if (tags.isEmpty() && digests.isEmpty()) {
            rows.add(new ImageRow(image, NONE, NONE, NONE, options));
        }
        for (var entry : tags.entrySet()) {
            List<String> known = digests.getOrDefault(entry.getKey(), List.of());
            digests.remove(entry.getKey());
            for (String tag : entry.getValue()) {
                if (known.isEmpty() || !options.digests) {
                    rows.add(new ImageRow(image, entry.getKey(), tag, NONE, options));
                } else {
                    for (String digest : known) {
                        rows.add(new ImageRow(image, entry.getKey(), tag, digest, options));
                    }
                }
            }
        }
        digests.forEach((repository, list) ->
                (options.digests ? list : List.of(""))
                        .forEach(digest ->
                                rows.add(new ImageRow(image, repository, NONE, digest, options))));
    }

    @Override
    public List<String> fieldNames() {
        return NAMES;
    }

    @Override
    public boolean hasField(String name) {
        return NAMES.contains(name);
    }

    @Override
    public String typeName() {
        return "*formatter.imageContext";
    }

    @Override
    public @Nullable Object field(String name, List<@Nullable Object> arguments) {
        long created = json.number("Created");
        return switch (name) {
            case "ID" -> options.whole ? json.string("Id") : Units.shortId(json.string("Id"));
            case "Repository" -> repository;
            case "Tag" -> tag;
            case "Digest" -> digest;
            case "CreatedSince" -> age(created);
            case "CreatedAt" -> Times.local(created);
            case "Size" -> Units.size(json.number("Size"));
            case "VirtualSize" -> Units.size(json.number("Size"), 4);
            case "Containers" -> count("Containers");
            default -> "N/A";
        };
    }

    private static String age(long created) {
        return created <= 0
                ? "N/A"
                : Units.duration(System.currentTimeMillis() / 1000 - created) + " ago";
    }

    private String count(String name) {
        long count = json.number(name, -1);
        return count < 0 ? "N/A" : Long.toString(count);
    }

    /** Tags or digests of each repository; names that stand for none are left out. */
    private static Map<String, List<String>> byRepository(List<String> references, char mark) {
        Map<String, List<String>> map = new LinkedHashMap<>();
        for (String reference : references) {
            int at = mark == '@' ? reference.indexOf('@') : reference.lastIndexOf(':');
            if (at > 0 && !reference.startsWith(NONE)) {
                List<String> list = map.get(reference.substring(0, at));
                if (list == null) {
                    list = new ArrayList<>();
                    map.put(reference.substring(0, at), list);
                }
                list.add(reference.substring(at + 1));
            }
        }
        return map;
    }
}
