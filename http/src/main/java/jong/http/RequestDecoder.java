package jong.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Decodes one request at a time: what follows it is kept undecoded until {@link #next}.
 *
 * <p>So a pipelined request waits for the answer to the one before, and the bytes behind a request
 * that is going to be hijacked are never taken for HTTP: they leave the decoder raw when it is
 * removed from the pipeline.
 */
final class RequestDecoder extends HttpRequestDecoder {

    /** Larger pieces of a body are handed on in parts, in bytes. */
    private static final int MAX_CHUNK = 64 << 10;

    private boolean held;

    RequestDecoder(Limits limits) {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(limits.requestLineBytes())
                        .setMaxHeaderSize(limits.headerBytes())
                        .setMaxChunkSize(MAX_CHUNK));
    }

    /** Goes on to the next request; the caller replays the bytes that were kept. */
    void next() {
        held = false;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        if (held) {
            return;
        }
        super.decode(ctx, in, out);
        held = !out.isEmpty() && out.getLast() instanceof LastHttpContent;
    }
}
