package jong.registry.server.access;

import java.io.IOException;
import java.util.List;
import jong.http.Exchange;
import jong.registry.server.protocol.ErrorCode;

/** Decides who may do what. */
@FunctionalInterface
public interface AccessControl {

    /** Lets everybody do everything. */
    AccessControl OPEN = (_, _) -> Visitor.unlimited("");

    /**
     * Admits a request, or sets the header {@code WWW-Authenticate} and throws {@link
     * ErrorCode#UNAUTHORIZED}.
     *
     * @param needed all that the request is going to do; may be empty
     */
    Visitor admit(Exchange exchange, List<Permission> needed);

    /**
     * Answers requests that are not for the registry but for its own token service; whether this
     * was one.
     */
    default boolean answers(Exchange exchange) throws IOException {
        return false;
    }
}
