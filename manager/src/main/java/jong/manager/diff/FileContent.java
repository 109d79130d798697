package jong.manager.diff;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;

/** A file's content at the length that it had: what is missing is zeros, what came since is not. */
final class FileContent extends InputStream {

    private final Fd file;
    private long remaining;

    /**
     * Opens the file again for reading.
     *
     * @param place what the file was looked up as, known to be a regular file
     */
    FileContent(Fd place, long size) throws IOException {
        this.file = Fd.open(Path.of(place.procPath()), OpenHow.reading());
        this.remaining = size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        if (remaining == 0) {
            return length == 0 ? 0 : -1;
        }
        int wanted = (int) Math.min(length, remaining);
        int count = file.read(ByteBuffer.wrap(target, start, wanted));
        if (count == 0) {
            Arrays.fill(target, start, start + wanted, (byte) 0);
            count = wanted;
        }
        remaining -= count;
        return count;
    }

    @Override
    public void close() {
        file.close();
    }
}
