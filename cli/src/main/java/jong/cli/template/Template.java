package jong.cli.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A template in Go's text/template language, as docker's {@code --format} takes it: fields,
 * pipelines, variables, {@code if}, {@code with}, {@code range} and docker's functions.
 *
 * <p>Values are JSON trees ({@link jong.wire.json.Json}) and {@link Fields}. Named templates are
 * deliberately absent: nobody writes them on a command line.
 */
public final class Template {

    private final String source;
    private final List<Node> nodes;

    private Template(String source, List<Node> nodes) {
        this.source = source;
        this.nodes = nodes;
    }

    /**
     * Parses a template.
     *
     * @throws TemplateException with text/template's text
     */
    public static Template parse(String source) {
        return new Template(source, new Parser(source).parse());
    }

    /**
     * Fills the template in.
     *
     * @throws TemplateException with text/template's text
     */
    public String execute(@Nullable Object dot) {
        var out = new StringBuilder();
        new Executor(source, out).run(nodes, dot);
        return out.toString();
    }
}
