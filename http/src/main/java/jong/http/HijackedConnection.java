package jong.http;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** The raw bytes of a connection after a hijack. */
final class HijackedConnection implements Hijacked {

    private final InboundBytes input;
    private final Output output;

    HijackedConnection(InboundBytes input, Outbound outbound) {
        this.input = input;
        this.output = new Output(outbound);
    }

    @Override
    public InboundBytes input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void close() {
        output.close();
        input.close();
    }

    /** Writes leave at once; closing is a half-close. */
    private static final class Output extends OutputStream {

        private static final int MAX_PIECE = 64 << 10;

        private final Outbound outbound;
        private boolean closed;

        Output(Outbound outbound) {
            this.outbound = outbound;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b});
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (closed) {
                throw new IOException("the output has ended");
            }
            int end = offset + length;
            for (int at = offset; at < end; at += MAX_PIECE) {
                byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(end, at + MAX_PIECE));
                outbound.send(Unpooled.wrappedBuffer(piece));
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                outbound.shutdown();
            }
        }
    }
}
