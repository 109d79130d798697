package jong.cli.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parsed template. */
sealed interface Node {

    /** Text as it is. */
    record Text(String text) implements Node {}

    /** {@code {{pipeline}}}: prints the value unless it declares a variable. */
    record Action(Pipeline pipeline) implements Node {}

    /** {@code if} or {@code with}. */
    record Branch(boolean with, Pipeline pipeline, List<Node> then, List<Node> otherwise)
            implements Node {}

    /** {@code range}. */
    record Range(Pipeline pipeline, List<Node> body, List<Node> otherwise) implements Node {}

    /**
     * Commands whose results go on as the next one's last argument.
     *
     * @param variables what it declares or assigns, at most two
     */
    record Pipeline(List<String> variables, boolean declares, List<Command> commands) {}

    /** An operand, perhaps with arguments. */
    record Command(List<Operand> words) {}

    /**
     * A value.
     *
     * @param fields the fields taken from it, one after the other
     * @param at offset in the template
     */
    record Operand(Base base, List<String> fields, int at) {}

    /** What an operand starts from. */
    sealed interface Base {
        /** {@code .}. */
        record Dot() implements Base {}

        /** {@code $name}. */
        record Variable(String name) implements Base {}

        /** A constant. */
        record Literal(@Nullable Object value) implements Base {}

        /** A function. */
        record Function(String name) implements Base {}

        /** {@code (pipeline)}. */
        record Nested(Pipeline pipeline) implements Base {}
    }
}
