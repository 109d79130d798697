package jong.oci.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;

/** Content in a file; the channel keeps it readable after the file was deleted. */
final class FileReader implements ContentReader {

    private final FileChannel channel;
    private final InputStream stream;
    private final long size;

    /** Takes over the channel. */
    FileReader(FileChannel channel) throws IOException {
        this.channel = channel;
        this.stream = Channels.newInputStream(channel);
        this.size = channel.size();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream stream() {
        return stream;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return channel.read(target, position);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
