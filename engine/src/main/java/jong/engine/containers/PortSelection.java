package jong.engine.containers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import jong.api.HostConfig;
import jong.api.Port;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/** The bindings of a host configuration with some more, or without some. */
final class PortSelection {

    private static final String BINDINGS = "PortBindings";
    private static final String PORT = "HostPort";
    private static final String ADDRESS = "HostIp";

    private PortSelection() {}

    /** With more bindings; those that it has already stay once. */
    static HostConfig with(HostConfig host, JsonObject added) {
        JsonObject bindings = host.json().object(BINDINGS).copy();
        for (String key : added.keySet()) {
            String port = port(key);
            List<JsonObject> all = new ArrayList<>(bindings.objects(port));
            for (JsonObject binding : added.objects(key)) {
                if (all.stream().noneMatch(one -> isSame(one, binding))) {
                    all.add(binding);
                }
            }
            bindings.put(port, all);
        }
        return replaced(host, bindings);
    }

    /**
     * Without some bindings.
     *
     * @param container its name, for errors
     * @param removed a binding without address or port stands for every one; so does none
     * @throws NotFound when nothing of a port is there
     */
    static HostConfig without(String container, HostConfig host, JsonObject removed) {
        JsonObject bindings = host.json().object(BINDINGS).copy();
        for (String key : removed.keySet()) {
            String port = port(key);
            List<JsonObject> wanted = removed.objects(key);
            List<JsonObject> left = left(bindings.objects(port), wanted);
            if (left.size() == bindings.objects(port).size()) {
                throw new NotFound("no public port '" + port + "' published for " + container);
            }
            if (left.isEmpty()) {
                bindings.remove(port);
            } else {
                bindings.put(port, left);
            }
        }
        return replaced(host, bindings);
    }

    private static List<JsonObject> left(List<JsonObject> present, List<JsonObject> wanted) {
        if (wanted.isEmpty()) {
            return List.of();
        }
        List<JsonObject> left = new ArrayList<>(present);
        for (JsonObject one : wanted) {
            boolean named = left.removeIf(binding -> matches(binding, one));
            if (!named) {
                // The engine chose a port of the host, which the client names now.
                removeFirst(
                        left,
                        binding ->
                                binding.string(PORT).isEmpty()
                                        && isAny(one.string(ADDRESS), binding.string(ADDRESS)));
            }
        }
        return left;
    }

    private static void removeFirst(List<JsonObject> bindings, Predicate<JsonObject> test) {
        for (int i = 0; i < bindings.size(); i++) {
            if (test.test(bindings.get(i))) {
                bindings.remove(i);
                return;
            }
        }
    }

    private static boolean matches(JsonObject binding, JsonObject wanted) {
        return isAny(wanted.string(PORT), binding.string(PORT))
                && isAny(wanted.string(ADDRESS), binding.string(ADDRESS));
    }

    private static boolean isAny(String wanted, String present) {
        return wanted.isEmpty() || wanted.equals(present);
    }

    private static boolean isSame(JsonObject one, JsonObject other) {
        return one.string(PORT).equals(other.string(PORT))
                && one.string(ADDRESS).equals(other.string(ADDRESS))
                && !one.string(PORT).isEmpty();
    }

    private static HostConfig replaced(HostConfig host, JsonObject bindings) {
        return new HostConfig(host.json().copy().with(BINDINGS, bindings));
    }

    private static String port(String text) {
        try {
            return Port.parse(text).toString();
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument("invalid port specification: \"" + text + "\"", e);
        }
    }
}
