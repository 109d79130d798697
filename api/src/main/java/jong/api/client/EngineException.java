package jong.api.client;

/** An answer of the daemon that says no (status 400 and up). */
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String detail;

    EngineException(int status, String detail) {
        super("Error response from daemon: " + detail);
        this.status = status;
        this.detail = detail;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What the daemon said, without the words around it. */
    public String detail() {
        return detail;
    }

    /** Whether the thing named in the request does not exist. */
    public boolean isNotFound() {
        return status == 404;
    }
}
