package jong.engine.rest;

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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jong.api.ApiVersion;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
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

    private Map<String, String> variables = Map.of();
    private ApiVersion version = HttpServer.NEWEST_VERSION;
    private @Nullable Query query;
    private @Nullable OutputStream stream;
    private @Nullable Hijacked hijacked;
    private boolean answered;
    private volatile boolean continueDue;
    private volatile boolean mustClose;

    NettyExchange(HttpRequest request, Connection connection) {
        this.request = request;
        this.connection = connection;
        this.body = new InboundBytes(this::sendContinue, connection::roomInBody);
        this.continueDue = HttpUtil.is100ContinueExpected(request);
        this.mustClose = !HttpUtil.isKeepAlive(request);
    }

    /** Takes the result of routing over. */
    void matched(Map<String, String> pathVariables, ApiVersion apiVersion) {
        variables = pathVariables;
        version = apiVersion;
    }

    /** The request's target as it stands in the request line. */
    String target() {
        return request.uri();
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no variable " + name);
        }
        return value;
    }

    @Override
    public Query query() {
        Query result = query;
        if (result == null) {
            result = RequestBody.mergeForm(this, RequestTarget.of(target()).query());
            query = result;
        }
        return result;
    }

    @Override
    public String header(String name) {
        String value = request.headers().get(name);
        return value == null ? "" : value;
    }

    @Override
    public ApiVersion version() {
        return version;
    }

    @Override
    public JsonObject body() {
        return RequestBody.required(this);
    }

    @Override
    public @Nullable JsonObject optionalBody() {
        return RequestBody.optional(this);
    }

    /** Whether the head of the request announces a body of one byte or more. */
    boolean announcesBody() {
        return HttpUtil.isTransferEncodingChunked(request)
                || HttpUtil.getContentLength(request, 0L) > 0;
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
    public boolean answered() {
        return answered;
    }

    @Override
    public void json(int status, @Nullable Object tree) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Json.writeBytes(tree));
        bytes.write('\n');
        whole(status, "application/json", bytes.toByteArray());
    }

    @Override
    public void text(int status, String contentType, String text) throws IOException {
        whole(status, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void empty(int status) throws IOException {
        whole(status, "", new byte[0]);
    }

    private void whole(int status, String contentType, byte[] content) throws IOException {
        begin();
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
        begin();
        var response =
                new DefaultHttpResponse(
                        request.protocolVersion(), HttpResponseStatus.valueOf(status));
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            response.headers().set("Transfer-Encoding", "chunked");
        } else {
            mustClose = true;
        }
        fillHead(response, contentType);
        connection.outbound().send(response);
        stream = new ResponseStream(connection.outbound(), method().equals("HEAD"));
        return stream;
    }

    private void begin() {
        if (answered) {
            throw new IllegalStateException("the request has been answered already");
        }
        answered = true;
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
    public Hijacked hijack(String contentType) throws IOException {
        return hijack(contentType, false);
    }

    @Override
    public Hijacked hijackWithHeaders(String contentType) throws IOException {
        return hijack(contentType, true);
    }

    private Hijacked hijack(String contentType, boolean withHeaders) throws IOException {
        begin();
        disconnect.forgetInputEnd();
        var head = new StringBuilder();
        head.append(upgradeRequested() ? "HTTP/1.1 101 UPGRADED\r\n" : "HTTP/1.1 200 OK\r\n");
        head.append("Content-Type: ").append(contentType).append("\r\n");
        if (upgradeRequested()) {
            head.append("Connection: Upgrade\r\nUpgrade: tcp\r\n");
        }
        if (withHeaders) {
            headers.forEach(header -> head.append(line(header)));
        }
        var result = takeOver(head.append("\r\n").toString());
        hijacked = result;
        return result;
    }

    private static String line(Map.Entry<String, String> header) {
        return header.getKey() + ": " + header.getValue() + "\r\n";
    }

    @Override
    public void refuseHijack(RuntimeException failure) throws IOException {
        begin();
        String status = HttpResponseStatus.valueOf(Failures.status(failure)).toString();
        var result =
                takeOver(
                        "HTTP/1.1 "
                                + status
                                + "\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n");
        hijacked = result;
        result.output()
                .write((Failures.message(failure) + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private HijackedConnection takeOver(String head) throws IOException {
        InboundBytes raw = connection.hijack(head.getBytes(StandardCharsets.ISO_8859_1));
        return new HijackedConnection(raw, connection.outbound());
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

    /** Nothing more will be sent; the connection goes on to the next request. */
    void complete() {
        disconnect.clear();
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
