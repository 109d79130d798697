package jong.cli.container;

import java.util.ArrayList;
import java.util.List;

/** Splits {@code a=1,"b=2,3",c} at its commas, except in double quotes. */
final class Fields {

    private Fields() {}

    static List<String> csv(String text) {
        List<String> fields = new ArrayList<>();
        var field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
