package jong.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.api.client.EngineException;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.template.Template;
import jong.cli.template.TemplateException;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** Prints documents as a JSON list, or each through a template. */
public final class InspectOutput {

    private InspectOutput() {}

    /** Where a document comes from. */
    @FunctionalInterface
    public interface Source {
        /** The document of a name. */
        JsonObject find(String name) throws IOException;
    }

    /**
     * Prints the documents of all names in the arguments. What was not found is told after the
     * others.
     *
     * @return the exit code: 1 if one was not found
     */
    public static int print(Session session, FlagSet flags, Source source) throws IOException {
        String format = flags.text("format");
        List<JsonObject> found = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        for (String name : flags.arguments()) {
            try {
                found.add(source.find(name));
            } catch (EngineException | CommandException e) {
                errors.add(String.valueOf(e.getMessage()));
            }
        }
        try {
            session.out().print(text(format, found));
        } catch (CommandException e) {
            session.out().println();
            throw e;
        }
        session.out().flush();
        errors.forEach(session.err()::println);
        return errors.isEmpty() ? 0 : 1;
    }

    private static String text(String format, List<JsonObject> documents) {
        if (format.isEmpty()) {
            return Json.writePretty(documents) + "\n";
        }
        if (format.equals("json")) {
            return Json.write(documents) + "\n";
        }
        try {
            Template template = Template.parse(format);
            var text = new StringBuilder();
            for (JsonObject document : documents) {
                text.append(template.execute(document)).append('\n');
            }
            return documents.isEmpty() ? "\n" : text.toString();
        } catch (TemplateException e) {
            throw new CommandException("template parsing error: " + e.getMessage());
        }
    }
}
