package jong.cli.container;

import jong.cli.failure.CommandException;
import jong.wire.json.JsonObject;

/** {@code --restart name[:count]}. */
final class RestartFlag {

    private RestartFlag() {}

    static JsonObject parse(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        long count = 0;
        if (colon >= 0) {
            try {
                count = Integer.parseInt(text.substring(colon + 1));
            } catch (NumberFormatException e) {
                throw new CommandException("maximum retry count must be an integer", 125);
            }
            if (name.isEmpty()) {
                throw new CommandException(
                        "invalid restart policy format: no policy provided before colon", 125);
            }
        }
        return new JsonObject()
                .with("Name", name.isEmpty() ? "no" : name)
                .with("MaximumRetryCount", count);
    }
}
