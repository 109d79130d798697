package jong.engine.events;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jong.wire.json.JsonObject;

/**
 * Something that happened to a thing of the engine.
 *
 * @param type {@code container}, {@code image}, {@code volume}, {@code network} or {@code daemon}
 * @param action docker's word, such as {@code start} or {@code exec_create: sh}
 * @param id of what it happened to
 * @param attributes in docker's words, sorted by name
 * @param time when
 */
public record Event(
        String type, String action, String id, Map<String, String> attributes, Instant time) {

    private static final Set<String> WITH_LEGACY_MEMBERS = Set.of("container", "image");

    /** Copies and sorts the attributes. */
    public Event {
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    /** As {@code GET /events} sends it, with the members of old for containers and images. */
    public JsonObject toJson() {
        var json = new JsonObject();
        if (WITH_LEGACY_MEMBERS.contains(type)) {
            json.with("status", action).with("id", id);
            json.withUnlessEmpty("from", attributes.getOrDefault("image", ""));
        }
        var all = new JsonObject();
        attributes.forEach(all::with);
        return json.with("Type", type)
                .with("Action", action)
                .with("Actor", new JsonObject().with("ID", id).with("Attributes", all))
                .with("scope", "local")
                .with("time", time.getEpochSecond())
                .with("timeNano", time.getEpochSecond() * 1_000_000_000L + time.getNano());
    }
}
