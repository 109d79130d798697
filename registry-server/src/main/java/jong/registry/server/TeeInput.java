package jong.registry.server;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies what is read to a client, for as long as that is there. */
final class TeeInput extends FilterInputStream {

    private final OutputStream client;
    private boolean gone;

    TeeInput(InputStream in, OutputStream client) {
        super(in);
        this.client = client;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        if (count > 0 && !gone) {
            try {
                client.write(bytes, offset, count);
            } catch (IOException _) {
                gone = true; // What is received is kept for the next one who asks.
            }
        }
        return count;
    }
}
