package jong.engine.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import jong.api.ApiVersion;
import jong.http.Hijacked;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Docker's view of an HTTP exchange. Belongs to the request's thread. */
final class RestExchange implements Exchange {

    private static final String RAW_STREAM = "application/vnd.docker.raw-stream";

    private final jong.http.Exchange http;
    private final Map<String, String> variables;
    private final ApiVersion version;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private @Nullable Query query;

    /**
     * Makes the view of one exchange.
     *
     * @param variables the parts of the path by the names of the route's template
     * @param version the version that the client speaks
     */
    RestExchange(jong.http.Exchange http, Map<String, String> variables, ApiVersion version) {
        this.http = http;
        this.variables = variables;
        this.version = version;
    }

    @Override
    public String method() {
        return http.method();
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
            result = new Query(RequestBody.mergeForm(this, http.target().query()));
            query = result;
        }
        return result;
    }

    @Override
    public String header(String name) {
        return http.header(name);
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
        return http.announcesBody();
    }

    @Override
    public InputStream input() {
        return http.input();
    }

    @Override
    public void setHeader(String name, String value) {
        headers.put(name, value);
        http.setHeader(name, value);
    }

    @Override
    public boolean answered() {
        return http.answered();
    }

    @Override
    public void json(int status, @Nullable Object tree) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Json.writeBytes(tree));
        bytes.write('\n');
        http.whole(status, "application/json", bytes.toByteArray());
    }

    @Override
    public void empty(int status) throws IOException {
        http.empty(status);
    }

    @Override
    public void text(int status, String contentType, String body) throws IOException {
        http.whole(status, contentType, body.getBytes(UTF_8));
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        return http.stream(status, contentType);
    }

    @Override
    public boolean upgradeRequested() {
        return http.upgradeRequested();
    }

    @Override
    public Hijacked hijack(String contentType) throws IOException {
        return http.hijack(rawHead(contentType) + "\r\n");
    }

    @Override
    public Hijacked hijackWithHeaders(String contentType) throws IOException {
        var head = new StringBuilder(rawHead(contentType));
        headers.forEach((name, value) -> head.append(line(name, value)));
        return http.hijack(head.append("\r\n").toString());
    }

    private String rawHead(String contentType) {
        return upgradeRequested()
                ? "HTTP/1.1 101 UPGRADED\r\n"
                        + line("Content-Type", contentType)
                        + line("Connection", "Upgrade")
                        + line("Upgrade", "tcp")
                : "HTTP/1.1 200 OK\r\n" + line("Content-Type", contentType);
    }

    private static String line(String name, String value) {
        return name + ": " + value + "\r\n";
    }

    @Override
    public void refuseHijack(RuntimeException failure) throws IOException {
        int status = Failures.status(failure);
        String head =
                "HTTP/1.1 "
                        + status
                        + " "
                        + Failures.reason(status)
                        + "\r\n"
                        + line("Content-Type", RAW_STREAM);
        Hijacked connection = http.hijack(head + "\r\n");
        connection.output().write((Failures.message(failure) + "\r\n").getBytes(UTF_8));
    }

    @Override
    public void onDisconnect(Runnable action) {
        http.onDisconnect(action);
    }
}
