package jong.cli.template;

import java.util.ArrayList;
import java.util.List;
import jong.cli.template.Node.Base;
import jong.cli.template.Node.Command;
import jong.cli.template.Node.Operand;
import jong.cli.template.Node.Pipeline;
import jong.cli.template.Token.Kind;
import org.jspecify.annotations.Nullable;

/** Parses the part of text/template that docker's users write; templates do not nest by name. */
final class Parser {

    private static final int DEPTH_LIMIT = 100;

    private final String source;
    private final List<Token> tokens;
    private int at;
    private int depth;

    Parser(String source) {
        this.source = source;
        this.tokens = new Lexer(source).tokens();
    }

    List<Node> parse() {
        List<Node> nodes = new ArrayList<>();
        String end = block(nodes);
        if (end != null) {
            throw error("unexpected {{" + end + "}}");
        }
        return nodes;
    }

    /** Reads nodes up to {@code end} or {@code else}; null at the end of the template. */
    private @Nullable String block(List<Node> nodes) {
        if (++depth > DEPTH_LIMIT) {
            throw error("template is nested too deeply");
        }
        try {
            while (at < tokens.size()) {
                Token token = tokens.get(at++);
                if (token.kind() == Kind.TEXT) {
                    nodes.add(new Node.Text(token.text()));
                    continue;
                }
                skipSpace();
                String keyword = peek() == Kind.NAME ? tokens.get(at).text() : "";
                switch (keyword) {
                    case "end", "else" -> {
                        at++;
                        return keyword;
                    }
                    case "if", "with", "range" -> {
                        at++;
                        nodes.add(control(keyword));
                    }
                    default -> {
                        nodes.add(new Node.Action(pipeline()));
                        expect(Kind.CLOSE);
                    }
                }
            }
            return null;
        } finally {
            depth--;
        }
    }

    private Node control(String keyword) {
        Pipeline pipeline = pipeline();
        expect(Kind.CLOSE);
        List<Node> body = new ArrayList<>();
        List<Node> otherwise = new ArrayList<>();
        String end = block(body);
        if ("else".equals(end)) {
            skipSpace();
            if (peek() == Kind.NAME && !keyword.equals("range")) {
                otherwise.add(control(tokens.get(at++).text()));
                return node(keyword, pipeline, body, otherwise);
            }
            expect(Kind.CLOSE);
            end = block(otherwise);
        }
        if (!"end".equals(end)) {
            throw error(end == null ? "unexpected EOF" : "expected end; found {{else}}");
        }
        expect(Kind.CLOSE);
        return node(keyword, pipeline, body, otherwise);
    }

    private Node node(String keyword, Pipeline pipeline, List<Node> body, List<Node> otherwise) {
        return switch (keyword) {
            case "range" -> new Node.Range(pipeline, body, otherwise);
            case "if", "with" -> new Node.Branch(keyword.equals("with"), pipeline, body, otherwise);
            default -> throw error("unexpected <" + keyword + "> in else");
        };
    }

    private Pipeline pipeline() {
        List<String> variables = new ArrayList<>();
        boolean declares = variables(variables);
        List<Command> commands = new ArrayList<>();
        do {
            commands.add(command());
        } while (accept(Kind.PIPE));
        return new Pipeline(variables, declares, commands);
    }

    /** Reads {@code $a, $b :=}, if that is what comes. */
    private boolean variables(List<String> variables) {
        skipSpace();
        int start = at;
        while (peek() == Kind.VARIABLE) {
            variables.add(tokens.get(at++).text());
            skipSpace();
            if (peek() == Kind.DECLARE || peek() == Kind.ASSIGN) {
                return tokens.get(at++).kind() == Kind.DECLARE;
            }
            if (!accept(Kind.COMMA)) {
                break;
            }
            skipSpace();
        }
        variables.clear();
        at = start;
        return false;
    }

    private Command command() {
        List<Operand> words = new ArrayList<>();
        skipSpace();
        while (peek() != Kind.PIPE && peek() != Kind.RIGHT && peek() != Kind.CLOSE) {
            words.add(operand());
            skipSpace();
        }
        if (words.isEmpty()) {
            throw error("missing value for command");
        }
        return new Command(words);
    }

    private Operand operand() {
        Token token = tokens.get(at++);
        Base base =
                switch (token.kind()) {
                    case DOT, FIELD -> new Base.Dot();
                    case VARIABLE -> new Base.Variable(token.text());
                    case STRING -> new Base.Literal(token.text());
                    case NUMBER -> new Base.Literal(number(token));
                    case NAME -> name(token);
                    case LEFT -> nested();
                    default -> throw error("unexpected \"" + token.text() + "\" in operand");
                };
        List<String> fields = new ArrayList<>();
        if (token.kind() == Kind.FIELD) {
            fields.add(token.text());
        }
        while (peek() == Kind.FIELD) {
            fields.add(tokens.get(at++).text());
        }
        return new Operand(base, fields, token.at());
    }

    private Base nested() {
        Pipeline pipeline = pipeline();
        expect(Kind.RIGHT);
        return new Base.Nested(pipeline);
    }

    private Base name(Token token) {
        return switch (token.text()) {
            case "true" -> new Base.Literal(true);
            case "false" -> new Base.Literal(false);
            case "nil" -> new Base.Literal(null);
            default -> {
                if (!Functions.exists(token.text())) {
                    throw error("function \"" + token.text() + "\" not defined");
                }
                yield new Base.Function(token.text());
            }
        };
    }

    private Object number(Token token) {
        try {
            return token.text().contains(".")
                    ? (Object) Double.valueOf(token.text())
                    : (Object) Long.decode(token.text());
        } catch (NumberFormatException e) {
            throw error("bad number syntax: \"" + token.text() + "\"");
        }
    }

    private Kind peek() {
        return at < tokens.size() ? tokens.get(at).kind() : Kind.CLOSE;
    }

    private boolean accept(Kind kind) {
        if (peek() == kind) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (peek() == Kind.SPACE && at < tokens.size()) {
            at++;
        }
    }

    private void expect(Kind kind) {
        skipSpace();
        if (at >= tokens.size()) {
            throw error("unexpected EOF");
        }
        if (!accept(kind)) {
            throw error("unexpected \"" + tokens.get(at).text() + "\" in command");
        }
    }

    private TemplateException error(String what) {
        int offset = at < tokens.size() ? tokens.get(at).at() : source.length();
        return new TemplateException("template: :" + Positions.line(source, offset) + ": " + what);
    }
}
