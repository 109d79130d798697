package jong.cli.template;

/** A template that cannot be parsed or executed; the text is that of Go's text/template. */
public final class TemplateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
        super(message);
    }
}
