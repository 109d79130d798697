package jong.cli.command;

import java.util.Locale;
import jong.api.Filters;
import jong.cli.flags.FlagException;
import jong.cli.flags.FlagSet;

/** The {@code --filter key=value} flags of lists and prunes. */
public final class FilterFlag {

    private FilterFlag() {}

    /**
     * Reads the flags.
     *
     * @throws FlagException if one has no equals sign
     */
    public static Filters read(FlagSet flags) {
        Filters filters = Filters.NONE;
        for (String value : flags.all("filter")) {
            int equals = value.indexOf('=');
            if (equals < 0) {
                throw FlagException.invalid(
                        value,
                        flags.spelling("filter"),
                        "bad format of filter (expected name=value)");
            }
            String key = value.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            filters = filters.with(key, value.substring(equals + 1).strip());
        }
        return filters;
    }
}
