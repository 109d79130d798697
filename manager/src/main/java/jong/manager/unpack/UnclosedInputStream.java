package jong.manager.unpack;

import java.io.FilterInputStream;
import java.io.InputStream;

/** Keeps the caller's stream open when what reads from it closes. */
final class UnclosedInputStream extends FilterInputStream {

    UnclosedInputStream(InputStream in) {
        super(in);
    }

    @Override
    public void close() {}
}
