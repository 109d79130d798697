package jong.network.names;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A network as one sandbox in it sees it.
 *
 * @param name of the network, which may stand behind a name in it: {@code web.backend}
 * @param table who is in it
 * @param aliases names that only this sandbox knows, in any case, and what they stand for in the
 *     table
 */
public record NetworkNames(String name, NameTable table, Map<String, String> aliases) {
    /** Copies the map, with its keys in lower case. */
    public NetworkNames {
        var copy = new HashMap<String, String>();
        aliases.forEach((alias, meant) -> copy.put(alias.toLowerCase(Locale.ROOT), meant));
        aliases = Map.copyOf(copy);
    }
}
