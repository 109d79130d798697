package jong.cli.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The functions of templates: Go's own and docker's. */
final class Functions {

    private static final List<String> NAMES =
            List.of(
                    "json",
                    "split",
                    "join",
                    "title",
                    "lower",
                    "upper",
                    "pad",
                    "truncate",
                    "println",
                    "print",
                    "printf",
                    "eq",
                    "ne",
                    "lt",
                    "le",
                    "gt",
                    "ge",
                    "and",
                    "or",
                    "not",
                    "index",
                    "len",
                    "slice");

    private Functions() {}

    static boolean exists(String name) {
        return NAMES.contains(name);
    }

    static @Nullable Object call(String name, List<@Nullable Object> arguments) {
        return switch (name) {
            case "json" -> Values.json(argument(arguments, 0));
            case "split" -> split(text(arguments, 0), text(arguments, 1));
            case "join" -> join(argument(arguments, 0), text(arguments, 1));
            case "title" -> title(text(arguments, 0));
            case "lower" -> text(arguments, 0).toLowerCase(Locale.ROOT);
            case "upper" -> text(arguments, 0).toUpperCase(Locale.ROOT);
            case "pad" ->
                    text(arguments, 0).isEmpty()
                            ? ""
                            : " ".repeat(number(arguments, 1))
                                    + text(arguments, 0)
                                    + " ".repeat(number(arguments, 2));
            case "truncate" -> truncate(text(arguments, 0), number(arguments, 1));
            case "println" -> println(arguments);
            case "print" -> printAll(arguments);
            case "printf" ->
                    Printf.format(text(arguments, 0), arguments.subList(1, arguments.size()));
            case "and", "or" -> logic(name.equals("and"), arguments);
            case "not" -> !Values.truth(argument(arguments, 0));
            case "index" -> index(arguments);
            case "len" -> length(argument(arguments, 0));
            case "slice" -> slice(arguments);
            default -> compare(name, arguments);
        };
    }

    private static List<@Nullable Object> split(String text, String separator) {
        if (separator.isEmpty()) {
            return new ArrayList<>(Arrays.asList(text.split("")));
        }
        List<@Nullable Object> parts = new ArrayList<>();
        int at = 0;
        for (int next = text.indexOf(separator); next >= 0; next = text.indexOf(separator, at)) {
            parts.add(text.substring(at, next));
            at = next + separator.length();
        }
        parts.add(text.substring(at));
        return parts;
    }

    private static String join(@Nullable Object list, String separator) {
        var text = new StringBuilder();
        String between = "";
        Collection<?> values =
                switch (list) {
                    case Map<?, ?> map -> map.values();
                    case Collection<?> collection -> collection;
                    case null -> List.of();
                    default -> throw wrongType(list, "[]string");
                };
        for (Object value : values) {
            text.append(between).append(Values.print(value));
            between = separator;
        }
        return text.toString();
    }

    private static String title(String text) {
        var out = new StringBuilder(text);
        for (int i = 0; i < out.length(); i++) {
            if (i == 0 || !Character.isLetterOrDigit(out.charAt(i - 1))) {
                out.setCharAt(i, Character.toTitleCase(out.charAt(i)));
            }
        }
        return out.toString();
    }

    private static String truncate(String text, int width) {
        int length = text.codePointCount(0, text.length());
        return length <= width ? text : text.substring(0, text.offsetByCodePoints(0, width));
    }

    private static String println(List<@Nullable Object> arguments) {
        var text = new StringBuilder();
        for (int i = 0; i < arguments.size(); i++) {
            text.append(i == 0 ? "" : " ").append(Values.print(arguments.get(i)));
        }
        return text.append('\n').toString();
    }

    private static String printAll(List<@Nullable Object> arguments) {
        var text = new StringBuilder();
        Object before = "";
        for (Object argument : arguments) {
            if (!(before instanceof String) && !(argument instanceof String)) {
                text.append(' ');
            }
            text.append(Values.print(argument));
            before = argument;
        }
        return text.toString();
    }

    private static @Nullable Object logic(boolean and, List<@Nullable Object> arguments) {
        Object value = argument(arguments, 0);
        for (Object argument : arguments) {
            value = argument;
            if (Values.truth(value) != and) {
                return value;
            }
        }
        return value;
    }

    private static @Nullable Object index(List<@Nullable Object> arguments) {
        Object value = argument(arguments, 0);
        for (Object key : arguments.subList(1, arguments.size())) {
            value =
                    switch (value) {
                        case Map<?, ?> map -> map.containsKey(key) ? map.get(key) : "";
                        case List<?> list -> element(list, key);
                        case String text -> (long) text.charAt(Math.toIntExact(whole(key)));
                        case null -> throw new TemplateException("index of untyped nil");
                        default ->
                                throw new TemplateException(
                                        "can't index item of type " + Values.typeName(value));
                    };
        }
        return value;
    }

    private static @Nullable Object element(List<?> list, @Nullable Object key) {
        long index = whole(key);
        if (index < 0 || index >= list.size()) {
            throw new TemplateException("reflect: slice index out of range");
        }
        return list.get((int) index);
    }

    private static long length(@Nullable Object value) {
        return switch (value) {
            case String text -> text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
            case Collection<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case null -> throw new TemplateException("len of nil pointer");
            default -> throw new TemplateException("len of type " + Values.typeName(value));
        };
    }

    private static Object slice(List<@Nullable Object> arguments) {
        Object value = argument(arguments, 0);
        int from = arguments.size() > 1 ? number(arguments, 1) : 0;
        int size = Math.toIntExact(length(value));
        int to = arguments.size() > 2 ? number(arguments, 2) : size;
        if (from < 0 || to > size || from > to) {
            throw new TemplateException("index out of range: " + to);
        }
        return value instanceof List<?> list
                ? list.subList(from, to)
                : Values.print(value).substring(from, to);
    }

    private static boolean compare(String name, List<@Nullable Object> arguments) {
        Object left = argument(arguments, 0);
        if (name.equals("eq")) {
            for (Object right : arguments.subList(1, arguments.size())) {
                if (same(left, right)) {
                    return true;
                }
            }
            return false;
        }
        Object right = argument(arguments, 1);
        return switch (name) {
            case "ne" -> !same(left, right);
            case "lt" -> order(left, right) < 0;
            case "le" -> order(left, right) <= 0;
            case "gt" -> order(left, right) > 0;
            case "ge" -> order(left, right) >= 0;
            default -> throw new TemplateException("function \"" + name + "\" not defined");
        };
    }

    private static boolean same(@Nullable Object left, @Nullable Object right) {
        return (left instanceof Number && right instanceof Number)
                ? order(left, right) == 0
                : Objects.equals(left, right);
    }

    private static int order(@Nullable Object left, @Nullable Object right) {
        if ((left instanceof Number a) && (right instanceof Number b)) {
            return Double.compare(a.doubleValue(), b.doubleValue());
        }
        if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        }
        throw new TemplateException("incompatible types for comparison");
    }

    private static @Nullable Object argument(List<@Nullable Object> arguments, int index) {
        if (index >= arguments.size()) {
            throw new TemplateException(
                    "wrong number of args: want at least " + (index + 1) + " got " + index);
        }
        return arguments.get(index);
    }

    private static String text(List<@Nullable Object> arguments, int index) {
        return Values.print(argument(arguments, index));
    }

    private static int number(List<@Nullable Object> arguments, int index) {
        return Math.toIntExact(whole(argument(arguments, index)));
    }

    private static long whole(@Nullable Object value) {
        if (value instanceof Long number) {
            return number;
        }
        throw new TemplateException("cannot index with type " + Values.typeName(value));
    }

    private static TemplateException wrongType(Object value, String expected) {
        return new TemplateException(
                "wrong type for value; expected " + expected + "; got " + Values.typeName(value));
    }
}
