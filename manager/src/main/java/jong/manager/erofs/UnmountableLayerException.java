package jong.manager.erofs;

import java.io.IOException;

/**
 * A sound layer that cannot be an EROFS image over its archive. It can still be unpacked.
 *
 * <p>The message says what stands in the way.
 */
public final class UnmountableLayerException extends IOException {

    private static final long serialVersionUID = 1;

    UnmountableLayerException(String reason) {
        super("layer cannot be mounted from its archive: " + reason);
    }
}
