package jong.network.names;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of a network. Several endpoints may have one in common; whoever asks for it gets the
 * addresses of all. For any thread: reading takes no lock.
 */
public final class NameTable {
    private final Map<String, Entry> entries = new HashMap<>(); // Guarded by this, by endpoint.
    private final Map<String, List<Entry>> byName = new ConcurrentHashMap<>();
    private final Map<InetAddress, List<Entry>> byAddress = new ConcurrentHashMap<>();

    /** What an endpoint has; each is like none but itself. */
    private static final class Entry {
        private final List<String> names;
        private final List<InetAddress> addresses;

        Entry(List<String> names, List<InetAddress> addresses) {
            this.names = names.stream().map(NameTable::key).distinct().toList();
            this.addresses = List.copyOf(addresses);
        }
    }

    /** An empty table. */
    public NameTable() {}

    /**
     * Gives an endpoint names, in place of those that it had.
     *
     * @param endpoint its id
     * @param names in any case; the first is what its addresses are called
     */
    public synchronized void put(String endpoint, List<String> names, List<InetAddress> addresses) {
        var entry = new Entry(names, addresses);
        var before = entries.put(endpoint, entry);
        entry.names.forEach(name -> add(byName, name, entry));
        entry.addresses.forEach(address -> add(byAddress, address, entry));
        if (before != null) {
            forget(before);
        }
    }

    /** Forgets an endpoint; one that is not known is no error. */
    public synchronized void remove(String endpoint) {
        var entry = entries.remove(endpoint);
        if (entry != null) {
            forget(entry);
        }
    }

    /** Whether no endpoint is in it. */
    public synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    /**
     * The addresses of a name, of both families.
     *
     * @param name in any case
     * @return empty if nobody has the name
     */
    Optional<List<InetAddress>> addresses(String name) {
        var found = byName.get(key(name));
        if (found == null) {
            return Optional.empty();
        }
        if (found.size() == 1) {
            return Optional.of(found.getFirst().addresses);
        }
        return Optional.of(
                found.stream().flatMap(entry -> entry.addresses.stream()).distinct().toList());
    }

    /** The first name of whoever has an address. */
    Optional<String> name(InetAddress address) {
        return Optional.ofNullable(byAddress.get(address))
                .flatMap(found -> found.getFirst().names.stream().findFirst());
    }

    private void forget(Entry entry) {
        entry.names.forEach(name -> remove(byName, name, entry));
        entry.addresses.forEach(address -> remove(byAddress, address, entry));
    }

    private static <K> void add(Map<K, List<Entry>> map, K key, Entry entry) {
        var found = new ArrayList<>(map.getOrDefault(key, List.of()));
        found.add(entry);
        map.put(key, List.copyOf(found));
    }

    private static <K> void remove(Map<K, List<Entry>> map, K key, Entry entry) {
        var found = new ArrayList<>(map.getOrDefault(key, List.of()));
        found.remove(entry);
        if (found.isEmpty()) {
            map.remove(key);
        } else {
            map.put(key, List.copyOf(found));
        }
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
