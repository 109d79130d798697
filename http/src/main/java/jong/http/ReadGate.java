package jong.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The only handler that asks the socket for bytes, and the first that sees its end.
 *
 * <p>Two reasons. A decoder asks for more on its own when it decoded nothing, which would undo the
 * back-pressure. And an epoll channel that allows half-closure must not be read again after its
 * input has ended: registering the interest anew fails and closes the connection, taking the output
 * with it.
 */
final class ReadGate extends ChannelDuplexHandler {

    private final Runnable onInputEnd;
    private @Nullable ChannelHandlerContext context;
    private boolean inputEnded;
    private boolean gotBytes;

    /** Makes a gate that tells {@code onInputEnd} once of the end of the client's bytes. */
    ReadGate(Runnable onInputEnd) {
        this.onInputEnd = onInputEnd;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** Asks the socket for one buffer of bytes. */
    void request() {
        if (!inputEnded && context != null) {
            gotBytes = false;
            context.read();
        }
    }

    boolean inputEnded() {
        return inputEnded;
    }

    /** Whether bytes came since the last {@link #request}. */
    boolean gotBytes() {
        return gotBytes;
    }

    /** Lets the handlers behind look again at the bytes they kept. */
    void replay() {
        if (context != null) {
            context.fireChannelRead(io.netty.buffer.Unpooled.EMPTY_BUFFER);
            context.fireChannelReadComplete();
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        // Only request() reads.
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        gotBytes = true;
        ctx.fireChannelRead(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean end =
                event instanceof ChannelInputShutdownEvent
                        || event instanceof ChannelInputShutdownReadComplete
                        || event instanceof SslCloseCompletionEvent;
        if (!end) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        // Not passed on: the decoder would throw away the bytes that it keeps for a hijack.
        ReferenceCountUtil.release(event);
        if (!inputEnded) {
            inputEnded = true;
            onInputEnd.run();
        }
    }
}
