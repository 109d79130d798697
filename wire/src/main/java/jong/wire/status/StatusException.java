package jong.wire.status;

import org.jspecify.annotations.Nullable;

/**
 * A failure that a caller of Jong is told about, classed by what that caller should do next.
 *
 * <p>The classes are the canonical codes that containerd and Docker share. Each server has one
 * exhaustive switch that turns them into its own status (HTTP, gRPC); nothing else knows codes. The
 * message is for users: what was tried, with the values, then why, in lower case without a full
 * stop.
 */
public abstract sealed class StatusException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private StatusException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The named thing does not exist. */
    public static final class NotFound extends StatusException {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(message, null);
        }

        public NotFound(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The name is taken. */
    public static final class AlreadyExists extends StatusException {
        private static final long serialVersionUID = 1L;

        public AlreadyExists(String message) {
            super(message, null);
        }
    }

    /** The request can never succeed as it is, whatever the state of the system. */
    public static final class InvalidArgument extends StatusException {
        private static final long serialVersionUID = 1L;

        public InvalidArgument(String message) {
            super(message, null);
        }

        public InvalidArgument(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The request does not fit the present state (Docker's 409: running, paused, in use). */
    public static final class Conflict extends StatusException {
        private static final long serialVersionUID = 1L;

        public Conflict(String message) {
            super(message, null);
        }
    }

    /** The state asked for is there already (Docker's 304). */
    public static final class NotModified extends StatusException {
        private static final long serialVersionUID = 1L;

        public NotModified(String message) {
            super(message, null);
        }
    }

    /** Nobody said who is asking, or the credentials are wrong. */
    public static final class Unauthenticated extends StatusException {
        private static final long serialVersionUID = 1L;

        public Unauthenticated(String message) {
            super(message, null);
        }
    }

    /** The caller is known and may not. */
    public static final class PermissionDenied extends StatusException {
        private static final long serialVersionUID = 1L;

        public PermissionDenied(String message) {
            super(message, null);
        }
    }

    /** Not now; the same request may succeed later. */
    public static final class Unavailable extends StatusException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message) {
            super(message, null);
        }

        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Jong does not do this. */
    public static final class Unimplemented extends StatusException {
        private static final long serialVersionUID = 1L;

        public Unimplemented(String message) {
            super(message, null);
        }
    }

    /** Something broke that the caller could not know about: a full disk, a failed system call. */
    public static final class Internal extends StatusException {
        private static final long serialVersionUID = 1L;

        public Internal(String message) {
            super(message, null);
        }

        public Internal(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
