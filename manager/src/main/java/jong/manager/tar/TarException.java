package jong.manager.tar;

import java.io.IOException;

/** Bytes that are no tar archive, or one beyond the limits of {@link TarReader}. */
public final class TarException extends IOException {

    private static final long serialVersionUID = 1L;

    TarException(String message) {
        super("archive/tar: " + message);
    }
}
