package jong.cli.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something whose fields a template can name: a row of a list. */
public interface Fields {

    /** The names of all fields that need no argument, sorted. */
    List<String> fieldNames();

    /** Whether {@link #field} knows the name. */
    boolean hasField(String name);

    /** The value of a field; {@code arguments} as in {@code .Label "key"}, mostly none. */
    @Nullable Object field(String name, List<@Nullable Object> arguments);

    /** What error texts call the type. */
    String typeName();
}
