package jong.registry.server.storage;

import java.io.IOException;

/** There is no room for what a client sends. */
public final class StorageFullException extends IOException {

    private static final long serialVersionUID = 1L;

    StorageFullException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /** Whether a failure is one of room, which the JDK tells in the words of the C library only. */
    public static boolean isTold(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        return failure instanceof IOException
                && (text.endsWith("No space left on device")
                        || text.endsWith("Disk quota exceeded"));
    }
}
