package jong.engine.rest;

/** Serves the Engine API over HTTP/1.1. */
public final class HttpServer {

    /** The longest JSON body that is read, in bytes. */
    public static final int MAX_JSON_BODY = 8 << 20;

    private HttpServer() {}
}
