package jong.cli.system;

import jong.cli.failure.CommandException;
import jong.cli.template.Template;
import jong.cli.template.TemplateException;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** One document through {@code --format}. */
final class InfoFormat {

    private InfoFormat() {}

    static String print(String format, JsonObject document) {
        if (format.equals("json")) {
            return Json.write(document) + "\n";
        }
        try {
            return Template.parse(format).execute(document) + "\n";
        } catch (TemplateException e) {
            throw new CommandException("template parsing error: " + e.getMessage());
        }
    }
}
