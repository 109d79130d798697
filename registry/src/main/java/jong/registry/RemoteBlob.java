package jong.registry;

import java.io.IOException;
import java.io.InputStream;

/**
 * A blob that is being read from a registry.
 *
 * @param size its length in bytes as the registry says, -1 if it does not
 * @param body its bytes, not verified
 */
public record RemoteBlob(long size, InputStream body) implements AutoCloseable {

    /** Stops reading. */
    @Override
    public void close() throws IOException {
        body.close();
    }
}
