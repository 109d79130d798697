package jong.manager.unpack;

import java.io.IOException;
import java.io.InputStream;

/** A layer's archive, plain or compressed, that can be read more than once. */
@FunctionalInterface
public interface ArchiveSource {

    /** Its bytes from the start; the caller closes the stream. */
    InputStream open() throws IOException;
}
