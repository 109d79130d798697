package jong.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: takes requests one after another, lets each be served on a virtual
 * thread, and moves the bytes between that thread and the socket.
 *
 * <p>All state belongs to the event loop; the thread of a request calls only the methods that say
 * so.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    /** What the connection is waiting for. */
    private enum Phase {
        /** The next request. */
        HEAD,
        /** The rest of a request's body. */
        BODY,
        /** The end of the answer; the body is complete. */
        ANSWER,
        /** Raw bytes, after a hijack. */
        RAW,
        /** The client's end, after ours. */
        LINGER
    }

    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    /** A body that the handler did not read is swallowed up to this size, as Go does. */
    static final int MAX_SWALLOWED = 256 << 10;

    /** How long the client may go on sending after we have ended, so that it reads our answer. */
    private static final long LINGER_MILLIS = 500;

    private final Channel channel;
    private final Application application;
    private final Outbound outbound;
    private final ReadGate gate = new ReadGate(this::inputEnded);
    private final RequestDecoder decoder;
    private final Limits limits;
    private final ClientWatch watch;

    private Phase phase = Phase.HEAD;
    private @Nullable NettyExchange exchange;
    private @Nullable InboundBytes inbound;
    private boolean probing;
    private int swallowed;

    private Connection(Channel channel, Application application, Limits limits) {
        this.channel = channel;
        this.application = application;
        this.limits = limits;
        this.decoder = new RequestDecoder(limits);
        this.outbound = new Outbound(channel, limits.stall());
        this.watch = new ClientWatch(channel, limits, this::waitsFor, this::waitedTooLong);
    }

    /**
     * Sets up the pipeline of a new channel, which must have automatic reading off; it may hold TLS
     * already.
     */
    static void install(Channel channel, Application application, Limits limits) {
        var connection = new Connection(channel, application, limits);
        channel.pipeline()
                .addLast(connection.gate)
                .addLast(connection.decoder)
                .addLast(new HttpResponseEncoder())
                .addLast(connection);
    }

    Outbound outbound() {
        return outbound;
    }

    /** For the request's thread: the client's address; {@code ""} on a unix socket. */
    String remoteAddress() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? NetUtil.toSocketAddressString(address)
                : "";
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        watch.start();
        gate.request();
    }

    private ClientWatch.Wait waitsFor() {
        if (!channel.isWritable()) {
            return ClientWatch.Wait.ROOM;
        }
        return switch (phase) {
            case HEAD -> ClientWatch.Wait.REQUEST;
            case BODY ->
                    inbound == null || inbound.hasRoom()
                            ? ClientWatch.Wait.BODY
                            : ClientWatch.Wait.NOTHING;
            case ANSWER, RAW, LINGER -> ClientWatch.Wait.NOTHING;
        };
    }

    private void waitedTooLong(ClientWatch.Wait what) {
        if (what == ClientWatch.Wait.BODY && exchange != null && inbound != null) {
            // The application may still say something about it.
            inbound.fail(
                    new IOException(
                            "the client sent next to nothing for "
                                    + limits.stall().toMillis()
                                    + " ms"));
            exchange.closeAfterwards();
        } else {
            close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (phase == Phase.LINGER) {
            ReferenceCountUtil.release(message);
            return;
        }
        switch (message) {
            case HttpRequest request -> begin(request);
            case HttpContent content -> receive(content);
            case ByteBuf raw when inbound != null -> inbound.offer(raw);
            default -> ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            ReferenceCountUtil.release(request);
            refuse(MalformedRequest.answerTo(request.decoderResult().cause()));
            return;
        }
        if (MalformedRequest.lacksHost(request)) {
            refuse(MalformedRequest.MISSING_HOST);
            return;
        }
        if (!channel.isActive()) {
            return;
        }
        watch.requestCame();
        var begun = new NettyExchange(request, this);
        phase = Phase.BODY;
        probing = false;
        swallowed = 0;
        inbound = begun.input();
        exchange = begun;
        Thread.ofVirtual().name("request").start(() -> RequestThread.serve(application, begun));
    }

    /** Answers what is not HTTP; nothing that follows on the connection can be understood. */
    private void refuse(String answer) {
        phase = Phase.ANSWER;
        channel.pipeline().remove(HttpResponseEncoder.class);
        var _ = channel.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.ISO_8859_1));
        channel.eventLoop().execute(this::linger);
    }

    private void receive(HttpContent content) {
        watch.bytesCame(content.content().readableBytes());
        if (inbound == null) {
            content.release();
            return;
        }
        boolean broken = content.decoderResult().isFailure();
        if (exchange == null) {
            swallowed += content.content().readableBytes();
        }
        inbound.offer(content.content());
        if (broken) {
            inbound.fail(new IOException("malformed chunked encoding in the request's body"));
            if (exchange != null) {
                exchange.closeAfterwards();
            } else {
                channel.eventLoop().execute(this::linger);
            }
            return;
        }
        if (content instanceof LastHttpContent) {
            inbound.end();
            phase = Phase.ANSWER;
            if (exchange == null) {
                channel.eventLoop().execute(this::nextRequest);
            }
        } else if (swallowed > MAX_SWALLOWED) {
            channel.eventLoop().execute(this::linger);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        requestMore();
    }

    private void requestMore() {
        boolean wanted =
                switch (phase) {
                    case HEAD, LINGER -> true;
                    case BODY, RAW -> inbound == null || inbound.hasRoom();
                    // One read stays open to notice that the client goes away; what it brings
                    // instead belongs to the next request and waits in the decoder.
                    case ANSWER -> !probing || !gate.gotBytes();
                };
        probing = phase == Phase.ANSWER;
        if (wanted) {
            gate.request();
        }
    }

    private void inputEnded() {
        switch (phase) {
            case HEAD, LINGER -> close();
            case BODY -> {
                if (inbound != null) {
                    inbound.fail(new EOFException("unexpected EOF"));
                }
                disconnected();
                if (exchange == null) {
                    close();
                }
            }
            case ANSWER -> disconnected();
            case RAW -> {
                if (inbound != null) {
                    inbound.end();
                }
            }
        }
    }

    private void disconnected() {
        if (exchange != null) {
            exchange.disconnected();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (inbound != null) {
            if (phase == Phase.RAW) {
                inbound.end();
            } else {
                inbound.fail(new IOException("the client has closed the connection"));
            }
        }
        outbound.wake();
        disconnected();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        outbound.wake();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.log(Level.DEBUG, "connection lost: " + cause);
        close();
    }

    /** For the request's thread: the body's queue has room again. */
    void roomInBody() {
        onLoop(() -> {
            if (phase == Phase.BODY || phase == Phase.RAW) {
                requestMore();
            }
        });
    }

    /**
     * For the request's thread: leaves HTTP. Writes {@code head} and makes everything that has not
     * been decoded yet, and whatever comes later, readable as raw bytes.
     */
    InboundBytes hijack(byte[] head) throws IOException {
        var raw = new InboundBytes(() -> {}, this::roomInBody);
        try {
            channel.eventLoop().submit(() -> becomeRaw(raw, head)).sync();
        } catch (InterruptedException _) {
            raw.close(); // Bytes may arrive all the same.
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while taking a connection over");
        }
        return raw;
    }

    private void becomeRaw(InboundBytes raw, byte[] head) {
        if (!channel.isActive()) {
            raw.end();
            return;
        }
        phase = Phase.RAW;
        inbound = raw;
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.remove(HttpResponseEncoder.class);
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(head));
        pipeline.remove(decoder);
        if (gate.inputEnded()) {
            raw.end();
        }
        requestMore();
    }

    /** Runs a step on the event loop, if that has not ended with the server. */
    private void onLoop(Runnable step) {
        try {
            channel.eventLoop().execute(step);
        } catch (RejectedExecutionException _) {
            LOG.log(Level.DEBUG, "the server has ended before a request");
        }
    }

    /** For the request's thread: the answer is complete, and its input closed. */
    void completed(NettyExchange done) {
        onLoop(() -> complete(done));
    }

    private void complete(NettyExchange done) {
        exchange = null;
        if (!channel.isActive()) {
            return;
        }
        // A body that the client holds back, or has left incomplete, will never end.
        boolean endless = phase == Phase.BODY && (done.awaitsContinue() || gate.inputEnded());
        if (phase == Phase.RAW || done.mustClose() || endless) {
            linger();
        } else if (phase == Phase.ANSWER) {
            nextRequest();
        }
    }

    private void nextRequest() {
        if (phase == Phase.LINGER) {
            return;
        }
        phase = Phase.HEAD;
        inbound = null;
        decoder.next();
        gate.replay();
        if (phase == Phase.HEAD && gate.inputEnded()) {
            close();
        }
    }

    /**
     * Ends our side after what was written, and closes when the client has ended its own or after a
     * while. Closing at once would make the kernel drop bytes that the client has not read yet.
     */
    private void linger() {
        if (phase == Phase.LINGER || !channel.isActive()) {
            return;
        }
        phase = Phase.LINGER;
        if (inbound != null) {
            inbound.close();
        }
        if (channel.pipeline().context(decoder) != null) {
            channel.pipeline().remove(decoder);
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(_ -> {
                    if (gate.inputEnded() || !channel.isActive()) {
                        close();
                        return;
                    }
                    outbound.shutdownNow();
                    var _ =
                            channel.eventLoop()
                                    .schedule(this::close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
                    gate.request();
                });
    }

    /** For any thread: drops the connection, with what has not been sent yet. */
    void close() {
        var _ = channel.close();
    }
}
