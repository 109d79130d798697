package jong.wire.json;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints a tree over several lines the way Go's {@code json.MarshalIndent} does. */
final class PrettyPrinter {

    private final StringBuilder out;
    private final String indent;

    PrettyPrinter(StringBuilder out, String indent) {
        this.out = out;
        this.indent = indent;
    }

    void print(@Nullable Object value, String margin) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            printObject(map, margin);
        } else if (value instanceof Collection<?> list && !list.isEmpty()) {
            printArray(list, margin);
        } else {
            out.append(Json.write(value));
        }
    }

    private void printObject(Map<?, ?> map, String margin) {
        String separator = "{\n";
        for (var entry : map.entrySet()) {
            out.append(separator).append(margin).append(indent);
            out.append(Json.write(entry.getKey().toString())).append(": ");
            print(entry.getValue(), margin + indent);
            separator = ",\n";
        }
        out.append('\n').append(margin).append('}');
    }

    private void printArray(Collection<?> list, String margin) {
        String separator = "[\n";
        for (Object element : list) {
            out.append(separator).append(margin).append(indent);
            print(element, margin + indent);
            separator = ",\n";
        }
        out.append('\n').append(margin).append(']');
    }
}
