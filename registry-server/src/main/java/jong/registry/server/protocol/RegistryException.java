package jong.registry.server.protocol;

import java.util.List;
import jong.wire.json.JsonObject;

/**
 * A refusal in the words of the distribution spec, "Error codes".
 *
 * <p>Not a {@code StatusException}: the spec has codes of its own, and clients act on them.
 */
public final class RegistryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int status;
    private final String detail;

    /**
     * Makes a refusal with the code's own status.
     *
     * @param detail what exactly was refused and why
     */
    public RegistryException(ErrorCode code, String detail) {
        this(code, code.status(), detail);
    }

    /**
     * Makes a refusal with another status than the code's own.
     *
     * @param status the HTTP status
     */
    public RegistryException(ErrorCode code, int status, String detail) {
        super(code.text() + ": " + detail);
        this.code = code;
        this.status = status;
        this.detail = detail;
    }

    /** The code. */
    public ErrorCode code() {
        return code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The error body of the spec. */
    public JsonObject toJson() {
        return new JsonObject()
                .with(
                        "errors",
                        List.of(
                                new JsonObject()
                                        .with("code", code.name())
                                        .with("message", code.text())
                                        .with("detail", detail)));
    }
}
