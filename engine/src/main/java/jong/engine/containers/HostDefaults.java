package jong.engine.containers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.api.HostConfig;
import jong.wire.json.JsonObject;

/**
 * What the daemon was told about containers that say nothing themselves.
 *
 * @param logDriver the log driver; empty for docker's default
 * @param logOptions its options
 * @param members of the host config, such as {@code ShmSize}, set where a request has none
 * @param ulimits docker's {@code Ulimit} objects, for names that a request does not limit
 * @param securityOptions added unless the request has an option of that name, or is privileged
 */
public record HostDefaults(
        String logDriver,
        Map<String, String> logOptions,
        JsonObject members,
        List<JsonObject> ulimits,
        List<String> securityOptions) {

    /** Nothing but docker's own defaults. */
    public static final HostDefaults NONE =
            new HostDefaults("", Map.of(), new JsonObject(), List.of(), List.of());

    /** The request's host config, filled up: a copy. */
    HostConfig fill(HostConfig given) {
        JsonObject full = given.json().copy();
        members.forEach((name, value) -> {
            Object own = full.get(name);
            if (own == null || own.equals("") || own.equals(0L)) {
                full.put(name, value);
            }
        });
        if (given.logType().isEmpty() && !logDriver.isEmpty()) {
            var options = new JsonObject();
            logOptions.forEach(options::with);
            given.logOptions().forEach(options::with);
            full.put("LogConfig", new JsonObject().with("Type", logDriver).with("Config", options));
        }
        addUlimits(full);
        if (!given.privileged()) {
            addSecurityOptions(full);
        }
        return new HostConfig(full);
    }

    private void addUlimits(JsonObject full) {
        List<JsonObject> own = full.objects("Ulimits");
        List<JsonObject> all = new ArrayList<>(own);
        for (JsonObject limit : ulimits) {
            String name = limit.string("Name");
            if (own.stream().noneMatch(one -> one.string("Name").equals(name))) {
                all.add(limit.copy());
            }
        }
        if (all.size() > own.size()) {
            full.put("Ulimits", all);
        }
    }

    private void addSecurityOptions(JsonObject full) {
        List<String> own = full.strings("SecurityOpt");
        List<String> all = new ArrayList<>(own);
        for (String option : securityOptions) {
            if (own.stream().noneMatch(one -> name(one).equals(name(option)))) {
                all.add(option);
            }
        }
        if (all.size() > own.size()) {
            full.put("SecurityOpt", all);
        }
    }

    private static String name(String option) {
        return option.split("[=:]", 2)[0];
    }
}
