package jong.engine.rest;

import java.io.IOException;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.AlreadyExists;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.NotModified;
import jong.wire.status.StatusException.PermissionDenied;
import jong.wire.status.StatusException.Unauthenticated;
import jong.wire.status.StatusException.Unavailable;
import jong.wire.status.StatusException.Unimplemented;

/** The one place where a failure becomes an HTTP status and Docker's error body. */
final class Failures {

    private Failures() {}

    static int status(Throwable failure) {
        return switch (failure) {
            case StatusException status -> status(status);
            case JsonException _ -> 400;
            default -> 500;
        };
    }

    private static int status(StatusException failure) {
        return switch (failure) {
            case InvalidArgument _ -> 400;
            case Unauthenticated _ -> 401;
            case PermissionDenied _ -> 403;
            case NotFound _ -> 404;
            case Conflict _, AlreadyExists _ -> 409;
            case NotModified _ -> 304;
            case Unimplemented _ -> 501;
            case Unavailable _ -> 503;
            case Internal _ -> 500;
        };
    }

    /** The reason phrase of one of our statuses, as Go's {@code http.StatusText} has it. */
    static String reason(int status) {
        return switch (status) {
            case 304 -> "Not Modified";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 409 -> "Conflict";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            default -> "Internal Server Error";
        };
    }

    static String message(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isEmpty()) {
            return failure.toString();
        }
        return failure instanceof JsonException ? "invalid JSON: " + message : message;
    }

    static void answer(Exchange exchange, Throwable failure) throws IOException {
        int status = status(failure);
        if (status == 304) {
            exchange.empty(status);
        } else {
            exchange.json(status, new JsonObject().with("message", message(failure)));
        }
    }
}
