package jong.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An exchange over a {@link Connection}.
 *
 * <p>Belongs to the request's thread, except {@link #disconnected} and the flags that the event
 * loop reads after the thread has called {@link Connection#completed}.
 */
final class NettyExchange implements Exchange {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                    .withZone(ZoneOffset.UTC);

    private final HttpRequest request;
    private final Connection connection;
    private final InboundBytes body;
    private final HttpHeaders headers = new DefaultHttpHeaders();
    private final DisconnectActions disconnect = new DisconnectActions();

    private final RequestTarget target;
    private @Nullable OutputStream stream;
    private @Nullable HijackedConnection hijacked;
    private boolean answered;
    private int status;
    private volatile boolean continueDue;
    private volatile boolean mustClose;

    NettyExchange(HttpRequest request, Connection connection) {
        this.request = request;
        this.target = RequestTarget.of(request.uri());
        this.connection = connection;
        this.body = new InboundBytes(this::sendContinue, connection::roomInBody);
        this.continueDue = HttpUtil.is100ContinueExpected(request);
        this.mustClose = !HttpUtil.isKeepAlive(request);
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public RequestTarget target() {
        return target;
    }

    /** Method and path, without the query, which may hold what is nobody's business. */
    String description() {
        return method() + " " + target.rawPath();
    }

    @Override
    public String header(String name) {
        String value = request.headers().get(name);
        return value == null ? "" : value;
    }

    @Override
    public List<String> headers(String name) {
        return request.headers().getAll(name);
    }

    @Override
    public boolean announcesBody() {
        return HttpUtil.isTransferEncodingChunked(request) || contentLength() > 0;
    }

    @Override
    public long contentLength() {
        return HttpUtil.getContentLength(request, -1L);
    }

    @Override
    public String remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public boolean secure() {
        return connection.outbound().secure();
    }

    @Override
    public InboundBytes input() {
        return body;
    }

    private void sendContinue() {
        if (!continueDue || answered) {
            return;
        }
        continueDue = false;
        try {
            connection
                    .outbound()
                    .send(
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1,
                                    HttpResponseStatus.CONTINUE,
                                    Unpooled.EMPTY_BUFFER));
        } catch (IOException _) {
            // The client is gone; the read that follows says so.
        }
    }

    /** Whether the client still holds its body back, waiting for a word from us. */
    boolean awaitsContinue() {
        return continueDue;
    }

    @Override
    public void setHeader(String name, String value) {
        headers.set(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        headers.add(name, value);
    }

    @Override
    public boolean answered() {
        return answered;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public void empty(int status) throws IOException {
        whole(status, "", new byte[0]);
    }

    @Override
    public void whole(int status, String contentType, byte[] content) throws IOException {
        begin(status);
        if (contentLength() > Connection.MAX_SWALLOWED && !body.hasEnded()) {
            mustClose = true; // Too much to be swallowed: the client must not go on after it.
        }
        boolean head = method().equals("HEAD");
        var response =
                new DefaultFullHttpResponse(
                        request.protocolVersion(),
                        HttpResponseStatus.valueOf(status),
                        Unpooled.wrappedBuffer(head ? new byte[0] : content));
        fillHead(response, contentType);
        if (status != 204 && status != 304) {
            response.headers().set("Content-Length", content.length);
        }
        connection.outbound().send(response);
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        return stream(status, contentType, ResponseStream.UNKNOWN);
    }

    @Override
    public ResponseStream stream(int status, String contentType, long length) throws IOException {
        begin(status);
        var response =
                new DefaultHttpResponse(
                        request.protocolVersion(), HttpResponseStatus.valueOf(status));
        if (length != ResponseStream.UNKNOWN) {
            response.headers().set("Content-Length", length);
        } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            response.headers().set("Transfer-Encoding", "chunked");
        } else {
            mustClose = true;
        }
        fillHead(response, contentType);
        connection.outbound().send(response);
        var result = new ResponseStream(connection.outbound(), method().equals("HEAD"), length);
        stream = result;
        return result;
    }

    @Override
    public void file(int status, String contentType, FileChannel file, long offset, long length)
            throws IOException {
        ResponseStream body = stream(status, contentType, length);
        if (!method().equals("HEAD") && length > 0) {
            connection.outbound().sendFile(file, offset, length);
        }
        body.sentElsewhere();
        body.close();
    }

    private void begin(int newStatus) {
        if (answered) {
            throw new IllegalStateException("the request has been answered already");
        }
        answered = true;
        status = newStatus;
    }

    private void fillHead(HttpResponse response, String contentType) {
        response.headers().add(headers);
        if (!contentType.isEmpty()) {
            response.headers().set("Content-Type", contentType);
        }
        response.headers().set("Date", DATE.format(Instant.now()));
        if (mustClose) {
            response.headers().set("Connection", "close");
        } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            response.headers().set("Connection", "keep-alive");
        }
    }

    @Override
    public boolean upgradeRequested() {
        return request.headers()
                        .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && request.headers().contains(HttpHeaderNames.UPGRADE);
    }

    @Override
    public Hijacked hijack(String head) throws IOException {
        begin(Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length())));
        disconnect.forgetInputEnd();
        InboundBytes raw = connection.hijack(head.getBytes(StandardCharsets.ISO_8859_1));
        var result = new HijackedConnection(raw, connection.outbound());
        hijacked = result;
        return result;
    }

    @Override
    public void onDisconnect(Runnable action) {
        disconnect.add(action);
    }

    /** For the event loop: the client is gone. */
    void disconnected() {
        disconnect.run();
    }

    /** For the event loop: the connection cannot serve another request. */
    void closeAfterwards() {
        mustClose = true;
    }

    boolean mustClose() {
        return mustClose;
    }

    /** The handler has returned: ends what it left open. */
    void finish() throws IOException {
        if (!answered) {
            empty(200);
        }
        if (stream != null) {
            stream.close();
        }
        if (hijacked != null) {
            hijacked.close();
        }
    }

    /** The handler failed in the middle of an answer, which the client must not take for whole. */
    void abort() {
        if (hijacked == null) {
            connection.close();
        }
    }

    /**
     * Nothing more will be sent; the connection goes on to the next request.
     *
     * <p>What nobody has read is given back here and not on the event loop, which may have ended
     * with the server before this thread.
     */
    void complete() {
        disconnect.clear();
        body.close();
        if (hijacked != null) {
            hijacked.input().close();
        }
        connection.completed(this);
    }

    private static final class DisconnectActions {

        private final List<Runnable> actions = new ArrayList<>();
        private boolean gone;

        void add(Runnable action) {
            synchronized (this) {
                if (!gone) {
                    actions.add(action);
                    return;
                }
            }
            action.run();
        }

        void run() {
            List<Runnable> due;
            synchronized (this) {
                gone = true;
                due = List.copyOf(actions);
                actions.clear();
            }
            due.forEach(Runnable::run);
        }

        /** A client that has only ended its bytes is still there for a hijacked stream. */
        synchronized void forgetInputEnd() {
            gone = false;
        }

        synchronized void clear() {
            actions.clear();
        }
    }
}
