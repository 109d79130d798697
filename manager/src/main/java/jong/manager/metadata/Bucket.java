package jong.manager.metadata;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * A named map from text to JSON objects inside a {@link MetadataStore}.
 *
 * <p>Each change is durable when the method returns, or, inside {@link MetadataStore#transaction},
 * when that returns. Objects that come out are the caller's own copies. All methods may be called
 * by several threads at once and throw {@link StatusException.Internal} if the database fails.
 */
public interface Bucket {

    /** The value of a key. */
    Optional<JsonObject> get(String key);

    /** Sets the value of a key, new or not. */
    void put(String key, JsonObject value);

    /** Removes a key; false if it was not there. */
    boolean remove(String key);

    /**
     * The keys of the objects of which a member is that text, ordered. Without reading the others
     * if the bucket was opened with that member to find by.
     *
     * @param member its name; no text of a user's
     */
    List<String> keysWith(String member, String text);

    /** All entries, ordered by key. */
    Map<String, JsonObject> entries();
}
