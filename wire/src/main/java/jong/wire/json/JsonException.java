package jong.wire.json;

import org.jspecify.annotations.Nullable;

/** Text that is not JSON, or JSON whose shape is not what the reader needs. */
public final class JsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }

    /** For readers that know more of where the text stands. */
    public JsonException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
