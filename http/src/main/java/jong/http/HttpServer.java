package jong.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jong.wire.status.StatusException.Unavailable;
import org.jspecify.annotations.Nullable;

/**
 * Serves HTTP/1.1 on unix sockets and TCP ports.
 *
 * <p>Few event loop threads move the bytes of all connections; each request is handled on a virtual
 * thread of its own. Closing the server stops listening and drops the connections.
 *
 * <pre>{@code
 * try (var server = new HttpServer(application, ServerOptions.forGroup("docker"))) {
 *     server.listen(ListenAddress.parse("unix:///run/jong.sock"));
 *     …
 * }
 * }</pre>
 */
public final class HttpServer implements AutoCloseable {

    /** What a slow client may leave in our memory before its writer has to wait, in bytes. */
    private static final WriteBufferWaterMark WRITE_BUFFER =
            new WriteBufferWaterMark(64 << 10, 256 << 10);

    private final Application application;
    private final ServerOptions options;
    private final EventLoopGroup loop;
    private final PooledByteBufAllocator allocator;
    private final List<Channel> channels = new ArrayList<>();
    private final ChannelGroup connections =
            new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
    private final List<UnixSocketFile> files = new ArrayList<>();

    /**
     * Makes a server that does not listen yet.
     *
     * @param application what answers the requests
     */
    public HttpServer(Application application, ServerOptions options) {
        this.application = application;
        this.options = options;
        this.loop =
                new MultiThreadIoEventLoopGroup(
                        options.loops(),
                        new DefaultThreadFactory("http", true),
                        HalfCloseSafeEpoll.newFactory());
        // One arena with chunks of 64 KiB: what idle connections pin is a page, not megabytes.
        this.allocator = new PooledByteBufAllocator(true, 0, 1, 8192, 3, 0, 0, false);
    }

    /**
     * Starts to serve on one more address; returns when clients can connect.
     *
     * @return the address, with the port that was chosen if it was 0
     * @throws Unavailable if the address is in use
     * @throws IOException if it cannot be listened on
     */
    public ListenAddress listen(ListenAddress address) throws IOException {
        return switch (address) {
            case ListenAddress.Unix unix -> listen(unix);
            case ListenAddress.Tcp tcp -> listen(tcp, new Initializer(null));
        };
    }

    /** Like {@link #listen(ListenAddress)}, with every connection encrypted. */
    public ListenAddress listen(ListenAddress.Tcp address, Tls tls) throws IOException {
        return listen(address, new Initializer(tls));
    }

    private ListenAddress listen(ListenAddress.Tcp tcp, Initializer initializer)
            throws IOException {
        Channel channel = bind(EpollServerSocketChannel.class, tcp.address(), tcp, initializer);
        return new ListenAddress.Tcp((InetSocketAddress) channel.localAddress());
    }

    private ListenAddress listen(ListenAddress.Unix unix) throws IOException {
        var file = new UnixSocketFile(unix.path(), options.socketGroup());
        file.checkUnused();
        bind(
                EpollServerDomainSocketChannel.class,
                new DomainSocketAddress(file.bindPath().toFile()),
                unix,
                new Initializer(null));
        file.publish();
        files.add(file);
        return unix;
    }

    private Channel bind(
            Class<? extends ServerChannel> type,
            SocketAddress local,
            ListenAddress named,
            Initializer initializer)
            throws IOException {
        var bound =
                new ServerBootstrap()
                        .group(loop)
                        .channel(type)
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .childOption(ChannelOption.ALLOCATOR, allocator)
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BUFFER)
                        .childHandler(initializer)
                        .bind(local)
                        .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new IOException("cannot listen on " + named + ": " + cause.getMessage(), cause);
        }
        channels.add(bound.channel());
        return bound.channel();
    }

    /**
     * How many buffers of the network are in use: none once the server is closed and the last
     * request's thread has ended.
     */
    public long buffersHeld() {
        return allocator.metric().directArenas().stream()
                .mapToLong(io.netty.buffer.PoolArenaMetric::numActiveAllocations)
                .sum();
    }

    /** Stops listening, drops the connections and removes the socket files. */
    @Override
    public void close() {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        files.forEach(UnixSocketFile::delete);
        // A loop that is told to end while it runs tasks ends without closing what it served.
        connections.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Initializer extends ChannelInitializer<Channel> {

        private final @Nullable Tls tls;

        Initializer(@Nullable Tls tls) {
            this.tls = tls;
        }

        @Override
        protected void initChannel(@Nullable Channel channel) {
            if (channel == null) {
                return;
            }
            connections.add(channel);
            if (tls != null) {
                channel.pipeline().addLast(tls.handler(channel.alloc()));
            }
            Connection.install(channel, application, options.limits());
        }
    }
}
