package jong.cli.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.cli.template.Node.Base;
import jong.cli.template.Node.Command;
import jong.cli.template.Node.Operand;
import jong.cli.template.Node.Pipeline;
import org.jspecify.annotations.Nullable;

/** Walks a parsed template and prints. */
final class Executor {

    private static final class Variable {
        private final String name;
        private @Nullable Object value;

        Variable(String name, @Nullable Object value) {
            this.name = name;
            this.value = value;
        }
    }

    private final String source;
    private final StringBuilder out;
    private final Deque<Variable> variables = new ArrayDeque<>();

    Executor(String source, StringBuilder out) {
        this.source = source;
        this.out = out;
    }

    void run(List<Node> nodes, @Nullable Object dot) {
        declare("$", dot);
        block(nodes, dot);
    }

    private void block(List<Node> nodes, @Nullable Object dot) {
        int outer = variables.size();
        for (Node node : nodes) {
            switch (node) {
                case Node.Text text -> out.append(text.text());
                case Node.Action action -> action(action.pipeline(), dot);
                case Node.Branch branch -> branch(branch, dot);
                case Node.Range range -> range(range, dot);
            }
        }
        leave(outer);
    }

    private void action(Pipeline pipeline, @Nullable Object dot) {
        Object value = evaluate(pipeline, dot);
        if (pipeline.variables().isEmpty()) {
            out.append(Values.print(value));
        }
    }

    private void branch(Node.Branch branch, @Nullable Object dot) {
        int outer = variables.size();
        Object value = evaluate(branch.pipeline(), dot);
        if (Values.truth(value)) {
            block(branch.then(), branch.with() ? value : dot);
        } else {
            block(branch.otherwise(), dot);
        }
        leave(outer);
    }

    private void range(Node.Range range, @Nullable Object dot) {
        int outer = variables.size();
        Pipeline pipeline = range.pipeline();
        Object value = commands(pipeline, dot);
        boolean any = false;
        for (var element : elements(value, pipeline).entrySet()) {
            any = true;
            List<String> names = pipeline.variables();
            if (names.size() == 2) {
                declare(names.get(0), element.getKey());
            }
            if (!names.isEmpty()) {
                declare(names.getLast(), element.getValue());
            }
            block(range.body(), element.getValue());
            leave(outer);
        }
        if (!any) {
            block(range.otherwise(), dot);
        }
    }

    private Map<?, @Nullable Object> elements(@Nullable Object value, Pipeline pipeline) {
        if (value instanceof Map<?, ?> map) {
            return new TreeMap<Object, @Nullable Object>(map);
        }
        if (value != null && !(value instanceof Collection<?>)) {
            throw failure(
                    pipeline.commands().getFirst().words().getFirst(),
                    "range can't iterate over " + Values.print(value));
        }
        Map<Long, @Nullable Object> indexed = new TreeMap<>();
        if (value instanceof Collection<?> list) {
            for (Object element : list) {
                indexed.put((long) indexed.size(), element);
            }
        }
        return indexed;
    }

    private @Nullable Object evaluate(Pipeline pipeline, @Nullable Object dot) {
        Object value = commands(pipeline, dot);
        for (String name : pipeline.variables()) {
            if (pipeline.declares()) {
                declare(name, value);
            } else {
                variable(name).value = value;
            }
        }
        return value;
    }

    private @Nullable Object commands(Pipeline pipeline, @Nullable Object dot) {
        Object value = null;
        boolean first = true;
        for (Command command : pipeline.commands()) {
            List<@Nullable Object> piped = new ArrayList<>();
            if (!first) {
                piped.add(value);
            }
            value = command(command, dot, piped);
            first = false;
        }
        return value;
    }

    private @Nullable Object command(
            Command command, @Nullable Object dot, List<@Nullable Object> piped) {
        Operand head = command.words().getFirst();
        List<@Nullable Object> arguments = new ArrayList<>();
        for (Operand word : command.words().subList(1, command.words().size())) {
            arguments.add(operand(word, dot, List.of()));
        }
        arguments.addAll(piped);
        if (head.base() instanceof Base.Function function) {
            try {
                return fields(head, Functions.call(function.name(), arguments), List.of());
            } catch (TemplateException e) {
                throw failure(head, "error calling " + function.name() + ": " + e.getMessage());
            }
        }
        if (!arguments.isEmpty() && head.fields().isEmpty()) {
            throw failure(head, "can't give argument to non-function " + text(head));
        }
        return operand(head, dot, arguments);
    }

    private @Nullable Object operand(
            Operand operand, @Nullable Object dot, List<@Nullable Object> arguments) {
        Object base =
                switch (operand.base()) {
                    case Base.Dot _ -> dot;
                    case Base.Variable variable -> variable(variable.name()).value;
                    case Base.Literal literal -> literal.value();
                    case Base.Function function -> Functions.call(function.name(), List.of());
                    case Base.Nested nested -> evaluate(nested.pipeline(), dot);
                };
        return fields(operand, base, arguments);
    }

    private @Nullable Object fields(
            Operand operand, @Nullable Object base, List<@Nullable Object> arguments) {
        Object value = base;
        int last = operand.fields().size() - 1;
        for (int i = 0; i <= last; i++) {
            value =
                    field(
                            operand,
                            value,
                            operand.fields().get(i),
                            i == last ? arguments : List.of());
        }
        return value;
    }

    private @Nullable Object field(
            Operand operand,
            @Nullable Object value,
            String name,
            List<@Nullable Object> arguments) {
        if (value instanceof Map<?, ?> map) {
            if (!map.containsKey(name)) {
                throw failure(operand, "map has no entry for key \"" + name + "\"");
            }
            return map.get(name);
        }
        if (value instanceof Fields fields) {
            if (!fields.hasField(name)) {
                throw cannotEvaluate(operand, name, fields.typeName());
            }
            return fields.field(name, arguments);
        }
        if (value == null) {
            throw failure(operand, "nil pointer evaluating interface {}." + name);
        }
        throw cannotEvaluate(operand, name, Values.typeName(value));
    }

    private TemplateException cannotEvaluate(Operand operand, String name, String type) {
        return failure(operand, "can't evaluate field " + name + " in type " + type);
    }

    private TemplateException failure(Operand operand, String reason) {
        return new TemplateException(
                "template: :"
                        + Positions.of(source, operand.at())
                        + ": executing \"\" at <"
                        + text(operand)
                        + ">: "
                        + reason);
    }

    private static String text(Operand operand) {
        String base =
                switch (operand.base()) {
                    case Base.Dot _ -> operand.fields().isEmpty() ? "." : "";
                    case Base.Variable variable -> variable.name();
                    case Base.Literal literal -> Values.print(literal.value());
                    case Base.Function function -> function.name();
                    case Base.Nested _ -> "()";
                };
        var text = new StringBuilder(base);
        for (String field : operand.fields()) {
            text.append('.').append(field);
        }
        return text.toString();
    }

    private void declare(String name, @Nullable Object value) {
        variables.push(new Variable(name, value));
    }

    private void leave(int outer) {
        while (variables.size() > outer) {
            variables.pop();
        }
    }

    private Variable variable(String name) {
        for (Variable variable : variables) {
            if (variable.name.equals(name)) {
                return variable;
            }
        }
        throw new TemplateException("template: :1: undefined variable \"" + name + "\"");
    }
}
