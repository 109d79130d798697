package jong.cli.template;

import java.util.ArrayList;
import java.util.List;
import jong.cli.template.Token.Kind;

/** Cuts a template into tokens, with text/template's rules for trimming and comments. */
final class Lexer {

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    Lexer(String source) {
        this.source = source;
    }

    List<Token> tokens() {
        boolean trimStart = false;
        while (true) {
            int open = source.indexOf("{{", at);
            String text = open < 0 ? source.substring(at) : source.substring(at, open);
            boolean trimEnd = open >= 0 && isTrimStart(open + 2);
            text = trimStart ? text.stripLeading() : text;
            text = trimEnd ? text.stripTrailing() : text;
            if (!text.isEmpty()) {
                tokens.add(new Token(Kind.TEXT, text, at));
            }
            if (open < 0) {
                return tokens;
            }
            at = open + (trimEnd ? 4 : 2);
            trimStart = source.startsWith("/*", at) ? skipComment() : action();
        }
    }

    private boolean isTrimStart(int from) {
        return from + 1 < source.length()
                && source.charAt(from) == '-'
                && Character.isWhitespace(source.charAt(from + 1));
    }

    private boolean skipComment() {
        int end = source.indexOf("*/", at);
        if (end < 0) {
            throw error("unclosed comment");
        }
        at = end + 2;
        boolean trim = source.startsWith(" -}}", at);
        if (!trim && !source.startsWith("}}", at)) {
            throw error("comment ends before closing delimiter");
        }
        at += trim ? 4 : 2;
        return trim;
    }

    /** Reads an action up to its end; says whether the text after it is trimmed. */
    private boolean action() {
        tokens.add(new Token(Kind.OPEN, "", at));
        while (true) {
            if (at >= source.length()) {
                throw error("unclosed action");
            }
            if (source.startsWith("}}", at)) {
                tokens.add(new Token(Kind.CLOSE, "", at));
                at += 2;
                return false;
            }
            if (Character.isWhitespace(source.charAt(at)) && source.startsWith("-}}", at + 1)) {
                tokens.add(new Token(Kind.CLOSE, "", at));
                at += 4;
                return true;
            }
            next();
        }
    }

    private void next() {
        char c = source.charAt(at);
        switch (c) {
            case '|' -> one(Kind.PIPE);
            case '(' -> one(Kind.LEFT);
            case ')' -> one(Kind.RIGHT);
            case ',' -> one(Kind.COMMA);
            case '=' -> one(Kind.ASSIGN);
            case '"' -> quoted();
            case '`' -> raw();
            case '.' -> field();
            case '$' -> word(Kind.VARIABLE, at + 1, at);
            case ':' -> declare();
            default -> {
                if (Character.isWhitespace(c)) {
                    space();
                } else if (Character.isDigit(c) || ((c == '-' || c == '+') && digitAt(at + 1))) {
                    number();
                } else if (isLetter(c)) {
                    word(Kind.NAME, at, at);
                } else {
                    throw error("unexpected \"" + c + "\" in command");
                }
            }
        }
    }

    private void one(Kind kind) {
        tokens.add(new Token(kind, source.substring(at, at + 1), at));
        at++;
    }

    private void declare() {
        if (!source.startsWith(":=", at)) {
            throw error("expected :=");
        }
        tokens.add(new Token(Kind.DECLARE, ":=", at));
        at += 2;
    }

    private void space() {
        int start = at;
        while (at < source.length()
                && Character.isWhitespace(source.charAt(at))
                && !source.startsWith("-}}", at + 1)) {
            at++;
        }
        if (at > start) {
            tokens.add(new Token(Kind.SPACE, " ", start));
        }
    }

    private void field() {
        if (at + 1 < source.length() && isLetter(source.charAt(at + 1))) {
            word(Kind.FIELD, at + 1, at + 1);
        } else if (digitAt(at + 1)) {
            number();
        } else {
            one(Kind.DOT);
        }
    }

    private void word(Kind kind, int from, int textFrom) {
        int end = from;
        while (end < source.length()
                && (isLetter(source.charAt(end)) || Character.isDigit(source.charAt(end)))) {
            end++;
        }
        tokens.add(new Token(kind, source.substring(textFrom, end), at));
        at = end;
    }

    private void number() {
        int end = at + 1;
        while (end < source.length()
                && (Character.isLetterOrDigit(source.charAt(end))
                        || source.charAt(end) == '.'
                        || source.charAt(end) == '_')) {
            end++;
        }
        tokens.add(new Token(Kind.NUMBER, source.substring(at, end), at));
        at = end;
    }

    private void raw() {
        int end = source.indexOf('`', at + 1);
        if (end < 0) {
            throw error("unterminated raw quoted string");
        }
        tokens.add(new Token(Kind.STRING, source.substring(at + 1, end), at));
        at = end + 1;
    }

    private void quoted() {
        int start = at++;
        var text = new StringBuilder();
        while (at < source.length() && source.charAt(at) != '"') {
            char c = source.charAt(at++);
            if (c == '\n') {
                break;
            }
            text.append(c == '\\' && at < source.length() ? escape(source.charAt(at++)) : c);
        }
        if (at >= source.length() || source.charAt(at) != '"') {
            throw error("unterminated quoted string");
        }
        at++;
        tokens.add(new Token(Kind.STRING, text.toString(), start));
    }

    private char escape(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case '\\', '"', '\'' -> c;
            default -> throw error("invalid syntax");
        };
    }

    private boolean digitAt(int index) {
        return index < source.length() && Character.isDigit(source.charAt(index));
    }

    private static boolean isLetter(char c) {
        return c == '_' || Character.isLetter(c);
    }

    private TemplateException error(String what) {
        return new TemplateException("template: :" + Positions.line(source, at) + ": " + what);
    }
}
