package jong.cli.container;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code --device}, {@code --device-cgroup-rule} and {@code --gpus}. */
final class DeviceFlags {

    private final FlagSet flags;

    DeviceFlags(FlagSet flags) {
        this.flags = flags;
    }

    void put(JsonObject host) {
        List<JsonObject> devices = new ArrayList<>();
        List<String> cdi = new ArrayList<>();
        for (String value : flags.all("device")) {
            if (!value.startsWith("/") && value.indexOf('/') > 0 && value.indexOf('=') > 0) {
                cdi.add(value);
            } else {
                devices.add(device(value));
            }
        }
        List<JsonObject> requests = new ArrayList<>();
        for (String value : flags.all("gpus")) {
            requests.add(gpus(value));
        }
        if (!cdi.isEmpty()) {
            requests.add(
                    new JsonObject()
                            .with("Driver", "cdi")
                            .with("Count", 0L)
                            .with("DeviceIDs", cdi)
                            .with("Capabilities", null)
                            .with("Options", null));
        }
        host.with("Devices", devices)
                .with("DeviceCgroupRules", orNull(flags.all("device-cgroup-rule")))
                .with("DeviceRequests", requests.isEmpty() ? null : requests);
    }

    /** Go's nil slice for an empty list. */
    static @org.jspecify.annotations.Nullable List<String> orNull(List<String> list) {
        return list.isEmpty() ? null : list;
    }

    private static JsonObject device(String value) {
        String[] parts = value.split(":", -1);
        if (parts.length > 3) {
            throw new CommandException("invalid device specification: " + value, 125);
        }
        String inside = parts[0];
        String mode = "rwm";
        for (int i = 1; i < parts.length; i++) {
            if (isMode(parts[i])) {
                mode = parts[i];
            } else if (i == 1 && parts[i].startsWith("/")) {
                inside = parts[i];
            } else {
                throw new CommandException("bad mode specified: " + parts[i], 125);
            }
        }
        return new JsonObject()
                .with("PathOnHost", parts[0])
                .with("PathInContainer", inside)
                .with("CgroupPermissions", mode);
    }

    private static boolean isMode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("rwm".indexOf(text.charAt(i)) < 0 || text.indexOf(text.charAt(i), i + 1) >= 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private JsonObject gpus(String value) {
        String driver = "";
        long count = 0;
        List<String> ids = new ArrayList<>();
        List<String> capabilities = new ArrayList<>(List.of("gpu"));
        var options = new JsonObject();
        for (String field : Fields.csv(value)) {
            int equals = field.indexOf('=');
            String key = equals < 0 ? "count" : field.substring(0, equals);
            String text = field.substring(equals + 1);
            switch (key) {
                case "count" -> count = count(value, text);
                case "driver" -> driver = text;
                case "device" -> ids.addAll(Arrays.asList(text.split(",")));
                case "capabilities" -> capabilities.addAll(Arrays.asList(text.split(",")));
                case "options" -> {
                    for (String option : text.split(",")) {
                        int at = option.indexOf('=');
                        options.with(
                                at < 0 ? option : option.substring(0, at),
                                at < 0 ? "" : option.substring(at + 1));
                    }
                }
                default ->
                        throw FlagException.invalid(
                                value,
                                flags.spelling("gpus"),
                                "unexpected key '" + key + "' in '" + field + "'");
            }
        }
        return new JsonObject()
                .with("Driver", driver)
                .with("Count", count == 0 && ids.isEmpty() ? 1L : count)
                .with("DeviceIDs", orNull(ids))
                .with("Capabilities", List.of(capabilities))
                .with("Options", options);
    }

    private long count(String value, String text) {
        if (text.equals("all")) {
            return -1;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw FlagException.invalid(
                    value,
                    flags.spelling("gpus"),
                    "invalid count (" + text + "): value must be either \"all\" or an integer");
        }
    }
}
