package jong.manager.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import jong.runtime.monitor.Monitor;
import jong.runtime.monitor.MonitorAttachment;

/** A connection to the monitor's stream. */
record LocalAttachment(MonitorAttachment stream) implements Attachment {

    static Monitor.Streams wanted(AttachStreams streams) {
        return new Monitor.Streams(
                streams.stdin(), streams.stdout(), streams.stderr(), streams.closeStdin());
    }

    @Override
    public InputStream frames() {
        return stream.frames();
    }

    @Override
    public OutputStream stdin() {
        return stream.stdin();
    }

    @Override
    public void closeStdin() throws IOException {
        stream.closeStdin();
    }

    @Override
    public void close() {
        stream.close();
    }
}
