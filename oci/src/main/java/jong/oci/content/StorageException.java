package jong.oci.content;

import java.io.IOException;

/**
 * A store could not keep what it was given: the disk is full or broken. The same bytes, sent again,
 * would fail again.
 */
public final class StorageException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * Tells what was being stored, and the reason.
     *
     * @param action what was tried, with its values
     */
    StorageException(String action, IOException cause) {
        super(action + ": " + reason(cause), cause);
    }

    /** Without the path that some of the JDK's messages begin with: it means nothing to a user. */
    private static String reason(IOException cause) {
        String message = String.valueOf(cause.getMessage());
        return message.substring(message.lastIndexOf(": ") + 1).strip();
    }
}
