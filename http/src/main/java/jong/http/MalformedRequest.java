package jong.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/** Whole answers for what cannot be understood as a request, with the texts of Go's server. */
final class MalformedRequest {

    /** For an HTTP/1.1 request without the header that RFC 9112, 3.2 demands. */
    static final String MISSING_HOST = answer("400 Bad Request", ": missing required Host header");

    private static final String BAD_REQUEST = answer("400 Bad Request", "");
    private static final String TOO_LARGE = answer("431 Request Header Fields Too Large", "");

    private MalformedRequest() {}

    static String answerTo(Throwable cause) {
        boolean tooLarge =
                cause instanceof TooLongHttpHeaderException
                        || cause instanceof TooLongHttpLineException;
        return tooLarge ? TOO_LARGE : BAD_REQUEST;
    }

    static boolean lacksHost(HttpRequest request) {
        return request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && !request.headers().contains(HttpHeaderNames.HOST);
    }

    private static String answer(String status, String detail) {
        return "HTTP/1.1 "
                + status
                + "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
                + status
                + detail;
    }
}
