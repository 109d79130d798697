package jong.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * One request and its answer.
 *
 * <p>The answer is exactly one of {@link #whole}, {@link #empty}, {@link #stream}, {@link #file}
 * and {@link #hijack}; a second one is a programming error. Used by the request's thread, except
 * where stated. A HEAD request is answered like a GET: the server leaves the body out.
 */
public interface Exchange {

    /** The request's method, in capitals. */
    String method();

    /** The request's target, taken apart. */
    RequestTarget target();

    /** A request header's first value, {@code ""} if missing. */
    String header(String name);

    /** All values of a request header, in order. */
    List<String> headers(String name);

    /** Whether the head of the request announces a body of one byte or more. */
    boolean announcesBody();

    /** The body's length in bytes as the request's head has it, -1 if that does not say. */
    long contentLength();

    /** The client's address, {@code 127.0.0.1:4711}; {@code ""} on a unix socket. */
    String remoteAddress();

    /** Whether the connection is encrypted. */
    boolean secure();

    /**
     * The raw body. Reading may go on while the answer is being written. The stream fails with a
     * {@link BrokenRequestException} if the client goes away before the end, or sends nothing for
     * longer than {@link Limits#stall}.
     */
    InputStream input();

    /** Sets a header of the answer, before the answer has begun. */
    void setHeader(String name, String value);

    /** Adds another value of a header, before the answer has begun. */
    void addHeader(String name, String value);

    /** Whether the answer has begun. */
    boolean answered();

    /** The status of the answer; 0 before it has begun. */
    int status();

    /** Answers with a status and no body. */
    void empty(int status) throws IOException;

    /** Answers with bytes, exactly as given; an empty content type sets no header. */
    void whole(int status, String contentType, byte[] content) throws IOException;

    /**
     * Begins an answer of unknown length. The headers are sent at once; each {@code write} leaves
     * at once too. Closing the stream ends the answer; the server closes it when the application
     * returns.
     */
    OutputStream stream(int status, String contentType) throws IOException;

    /**
     * Like {@link #stream(int, String)}, with a length in bytes that is known. A stream that is
     * closed before its end cuts the connection.
     */
    OutputStream stream(int status, String contentType, long length) throws IOException;

    /**
     * Answers with a part of a file, which the kernel copies where it can; returns when all has
     * been sent.
     *
     * @param offset where the part begins, in bytes
     * @param length of the part, in bytes; the file must have them
     */
    void file(int status, String contentType, FileChannel file, long offset, long length)
            throws IOException;

    /** Whether the client asked for {@code Connection: Upgrade}. */
    boolean upgradeRequested();

    /**
     * Takes the connection over for raw bytes. What is left of the body must have been read before.
     *
     * @param head what is sent before: status line and headers with the empty line at their end
     */
    Hijacked hijack(String head) throws IOException;

    /**
     * Runs {@code action} once when the client is gone: at once if it is gone already. Before a
     * hijack, the end of the client's bytes counts as gone; after it, only the loss of the
     * connection does. The action must not block; it runs on any thread.
     */
    void onDisconnect(Runnable action);
}
