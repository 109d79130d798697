package jong.cli.template;

/**
 * A piece of a template.
 *
 * @param text for literals the value, without quotes
 * @param at offset in the template
 */
record Token(Kind kind, String text, int at) {

    enum Kind {
        /** Text outside actions. */
        TEXT,
        OPEN,
        CLOSE,
        /** A name without a dot: function or keyword. */
        NAME,
        /** {@code .Name}; the text has no dot. */
        FIELD,
        DOT,
        /** {@code $name}, with the dollar. */
        VARIABLE,
        STRING,
        NUMBER,
        PIPE,
        LEFT,
        RIGHT,
        COMMA,
        /** {@code :=}. */
        DECLARE,
        /** {@code =}. */
        ASSIGN,
        /** White space inside an action; it divides {@code .a .b} from {@code .a.b}. */
        SPACE
    }
}
