package jong.engine.plugins;

import java.io.IOException;

/** A plugin's own words for why it did not do what it was asked. */
final class PluginException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * An error of a plugin.
     *
     * @param status of HTTP; 200 for those that it tells in {@code Err}
     */
    PluginException(String message, int status) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
