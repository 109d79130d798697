package jong.manager.metadata;

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

    /** All entries, ordered by key. */
    Map<String, JsonObject> entries();
}
