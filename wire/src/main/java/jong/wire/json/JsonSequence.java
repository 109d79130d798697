package jong.wire.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads JSON objects one after another from a stream, as Docker sends progress and events.
 *
 * <p>Used by one thread. Closing it closes the stream.
 */
public final class JsonSequence implements AutoCloseable {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonParser parser;

    /** Reads from {@code in}, which belongs to this sequence from now on. */
    public JsonSequence(InputStream in) throws IOException {
        this.parser = FACTORY.createParser(in);
    }

    /**
     * Waits for the next object.
     *
     * @return the object, or nothing at the end of the stream
     * @throws IOException if the stream breaks
     * @throws JsonException if what comes is not a JSON object
     */
    public Optional<JsonObject> next() throws IOException {
        try {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return Optional.empty();
            }
            if (TreeReader.read(parser, token) instanceof JsonObject object) {
                return Optional.of(object);
            }
            throw new JsonException("expected a JSON object, got " + token);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw TreeReader.malformed(e);
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
