package jong.cli.flags;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the declarations of flags: see {@link FlagSet}. */
final class FlagDeclarations {

    private final Consumer<Flag> flags;

    FlagDeclarations(Consumer<Flag> flags) {
        this.flags = flags;
    }

    void read(String help) {
        @Nullable String open = null;
        int at = 0;
        while (at < help.length()) {
            int end = help.indexOf('\n', at);
            end = end < 0 ? help.length() : end;
            String line = help.substring(at, end).strip();
            at = end + 1;
            if (line.startsWith("-")) {
                declare(open);
                open = line;
            } else if (open != null && !line.isEmpty()) {
                open = open + "\n" + line;
            }
        }
        declare(open);
    }

    private void declare(@Nullable String text) {
        if (text == null) {
            return;
        }
        int gap = text.indexOf("  ");
        String usage = text.substring(gap).strip();
        String spelling = text.substring(0, gap);
        char shorthand = spelling.charAt(1) == '-' ? 0 : spelling.charAt(1);
        String rest = spelling.substring(shorthand == 0 ? 2 : "-x, --".length());
        int space = rest.indexOf(' ');
        flags.accept(
                space < 0
                        ? new Flag(rest, shorthand, "", usage)
                        : new Flag(
                                rest.substring(0, space),
                                shorthand,
                                rest.substring(space + 1),
                                usage));
    }
}
