package jong.engine.images;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * The arguments of a Dockerfile's instruction, with quotes, backslashes and variables as a
 * Dockerfile has them: {@code $a}, {@code ${a}}, {@code ${a:-b}}, {@code ${a:+b}}.
 */
final class DockerfileWords {

    private final Map<String, String> variables = new HashMap<>();
    private final String text;
    private final StringBuilder word = new StringBuilder();
    private int at;

    private DockerfileWords(String text, List<String> environment) {
        this.text = text;
        for (String variable : environment) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
    }

    /** Words apart by blanks; quotes and backslashes keep blanks, and go. */
    static List<String> split(String text, List<String> environment) {
        var words = new DockerfileWords(text, environment);
        List<String> all = new ArrayList<>();
        while (words.skipBlanks()) {
            all.add(words.word());
        }
        return all;
    }

    /** One word, whose blanks are part of it. */
    static String expand(String text, List<String> environment) {
        var words = new DockerfileWords(text, environment);
        var whole = new StringBuilder();
        while (words.at < text.length()) {
            whole.append(words.word());
            if (words.at < text.length()) {
                whole.append(text.charAt(words.at++));
            }
        }
        return whole.toString();
    }

    private boolean skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length();
    }

    private String word() {
        word.setLength(0);
        char quote = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote == 0 && Character.isWhitespace(c)) {
                break;
            }
            if (c == '\\' && quote != '\'' && at + 1 < text.length()) {
                word.append(text.charAt(++at));
            } else if (quote == c && quote != 0) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == '$' && quote != '\'') {
                variable();
            } else {
                word.append(c);
            }
        }
        return word.toString();
    }

    /** Leaves {@link #at} on the variable's last character. */
    private void variable() {
        boolean braces = at + 1 < text.length() && text.charAt(at + 1) == '{';
        if (braces) {
            int end = text.indexOf('}', at);
            if (end < 0) {
                throw new InvalidArgument(
                        "failed to process \"" + text + "\": syntax error: missing '}'");
            }
            word.append(value(text.substring(at + 2, end)));
            at = end;
            return;
        }
        int end = at + 1;
        while (end < text.length() && isNamePart(text.charAt(end))) {
            end++;
        }
        String name = text.substring(at + 1, end);
        word.append(name.isEmpty() ? "$" : variables.getOrDefault(name, ""));
        at = end - 1;
    }

    private String value(String expression) {
        int end = 0;
        while (end < expression.length() && isNamePart(expression.charAt(end))) {
            end++;
        }
        String value = variables.getOrDefault(expression.substring(0, end), "");
        String modifier = expression.substring(end);
        if (modifier.isEmpty()) {
            return value;
        }
        boolean set = variables.containsKey(expression.substring(0, end));
        boolean given = modifier.startsWith(":") ? !value.isEmpty() : set;
        String operation = modifier.startsWith(":") ? modifier.substring(1) : modifier;
        String other = operation.isEmpty() ? "" : operation.substring(1);
        return switch (operation.isEmpty() ? ' ' : operation.charAt(0)) {
            case '-' -> given ? value : other;
            case '+' -> given ? other : "";
            default ->
                    throw new InvalidArgument(
                            "failed to process \""
                                    + text
                                    + "\": unsupported modifier ("
                                    + modifier
                                    + ") in substitution");
        };
    }

    private static boolean isNamePart(char c) {
        return c == '_' || (c < 0x80 && Character.isLetterOrDigit(c));
    }
}
