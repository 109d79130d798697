package jong.cli.container;

import jong.api.IdMap;
import jong.cli.flags.FlagException;
import jong.cli.flags.FlagValues;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** {@code --mount key=value,…}. */
final class MountFlag {

    private static final String FLAG = "--mount";

    private final String value;
    private String type = "volume";
    private String source = "";
    private String target = "";
    private boolean readOnly;
    private String consistency = "";
    private IdMap idMap = IdMap.NONE;
    private final JsonObject bind = new JsonObject();
    private final JsonObject volume = new JsonObject();
    private final JsonObject driver = new JsonObject();
    private final JsonObject driverOptions = new JsonObject();
    private final JsonObject labels = new JsonObject();
    private final JsonObject image = new JsonObject();
    private final JsonObject tmpfs = new JsonObject();

    private MountFlag(String value) {
        this.value = value;
    }

    /**
     * The API's document.
     *
     * @throws FlagException with docker's text, if a key is unknown or something is missing
     */
    static JsonObject parse(String value) {
        var mount = new MountFlag(value);
        if (value.isEmpty()) {
            throw mount.invalid("EOF");
        }
        for (String field : Fields.csv(value)) {
            mount.set(field);
        }
        return mount.json();
    }

    private void set(String field) {
        int equals = field.indexOf('=');
        String key = equals < 0 ? field : field.substring(0, equals);
        String text = equals < 0 ? "" : field.substring(equals + 1);
        if (equals < 0 && !isSwitch(key)) {
            throw invalid("invalid field '" + field + "' must be a key=value pair");
        }
        switch (key) {
            case "type" -> type = text.toLowerCase(java.util.Locale.ROOT);
            case "source", "src" -> source = local(text);
            case "target", "dst", "destination" -> target = text;
            case "readonly", "ro" -> readOnly = bool(key, text);
            case "consistency" -> consistency = text;
            case "idmap", "ridmap" -> idMap(text, key.equals("ridmap"));
            case "bind-propagation" -> bind.with("Propagation", text);
            case "bind-nonrecursive" -> bind.with("NonRecursive", bool(key, text));
            case "bind-recursive" -> recursive(text);
            case "bind-create-src" -> bind.with("CreateMountpoint", bool(key, text));
            case "volume-nocopy" -> volume.with("NoCopy", bool(key, text));
            case "volume-subpath" -> volume.with("Subpath", text);
            case "volume-driver" -> driver.with("Name", text);
            case "volume-opt" -> pair(driverOptions, text);
            case "volume-label" -> pair(labels, text);
            case "image-subpath" -> image.with("Subpath", text);
            case "tmpfs-size" -> tmpfs.with("SizeBytes", size(text));
            case "tmpfs-mode" -> tmpfs.with("Mode", mode(text));
            default -> throw invalid("unexpected key '" + key + "' in '" + field + "'");
        }
    }

    private static boolean isSwitch(String key) {
        return switch (key) {
            case "readonly",
                    "ro",
                    "volume-nocopy",
                    "bind-nonrecursive",
                    "bind-create-src",
                    "idmap",
                    "ridmap" ->
                    true;
            default -> false;
        };
    }

    private boolean bool(String key, String text) {
        return switch (text) {
            case "", "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw invalid("invalid value for " + key + ": " + text);
        };
    }

    private void recursive(String text) {
        switch (text) {
            case "enabled" -> {
                // The default.
            }
            case "disabled" -> bind.with("NonRecursive", true);
            case "writable" -> bind.with("ReadOnlyNonRecursive", true);
            case "readonly" -> bind.with("ReadOnlyForceRecursive", true);
            default ->
                    throw invalid(
                            "invalid value for bind-recursive: "
                                    + text
                                    + " (must be \"enabled\", \"disabled\", \"writable\","
                                    + " or \"readonly\")");
        }
    }

    /** Jong's own, with podman's text. */
    private void idMap(String text, boolean recursive) {
        try {
            idMap = IdMap.parse(text, recursive);
        } catch (InvalidArgument e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    /** Docker's own paths begin with a dot, whatever the type. */
    private static String local(String path) {
        boolean relative = path.equals(".") || path.startsWith("./");
        return relative ? VolumeFlags.absolute(path) : path;
    }

    private long size(String text) {
        try {
            return FlagValues.bytes(text, FLAG);
        } catch (FlagException e) {
            throw invalid("invalid value for tmpfs-size: " + text);
        }
    }

    private long mode(String text) {
        try {
            return Long.parseLong(text, 8);
        } catch (NumberFormatException e) {
            throw invalid("invalid value for tmpfs-mode: " + text);
        }
    }

    private static void pair(JsonObject target, String text) {
        int equals = text.indexOf('=');
        target.with(
                equals < 0 ? text : text.substring(0, equals),
                equals < 0 ? "" : text.substring(equals + 1));
    }

    private JsonObject json() {
        if (type.isEmpty()) {
            throw invalid("type is required");
        }
        if (target.isEmpty()) {
            throw invalid("target is required");
        }
        addIdMap();
        boolean hasVolume =
                !(volume.isEmpty()
                        && driver.isEmpty()
                        && driverOptions.isEmpty()
                        && labels.isEmpty());
        refuseUnless("bind", bind.isEmpty());
        refuseUnless("volume", !hasVolume);
        refuseUnless("image", image.isEmpty());
        refuseUnless("tmpfs", tmpfs.isEmpty());
        requireForRecursive();
        var json =
                new JsonObject()
                        .with("Type", type)
                        .withUnlessEmpty("Source", source)
                        .with("Target", target)
                        .withUnlessEmpty("ReadOnly", readOnly)
                        .withUnlessEmpty("Consistency", consistency);
        if (!bind.isEmpty()) {
            json.with("BindOptions", withoutFalse(bind));
        }
        if (hasVolume) {
            withoutFalse(volume)
                    .withUnlessEmpty("Labels", labels)
                    .with("DriverConfig", driver.withUnlessEmpty("Options", driverOptions));
            json.with("VolumeOptions", volume);
        }
        return json.withUnlessEmpty("ImageOptions", image).withUnlessEmpty("TmpfsOptions", tmpfs);
    }

    private void addIdMap() {
        if (idMap.isNone()) {
            return;
        }
        if (!type.equals("bind") && !type.equals("volume")) {
            throw invalid("cannot mix 'idmap' with mount type '" + type + "'");
        }
        (type.equals("bind") ? bind : volume).with("IDMap", idMap.json());
    }

    private void requireForRecursive() {
        String word = bind.flag("ReadOnlyNonRecursive") ? "writable" : "readonly";
        boolean forced = bind.flag("ReadOnlyForceRecursive");
        if ((forced || word.equals("writable")) && !readOnly) {
            throw required(word, "readonly");
        }
        if (forced && !bind.string("Propagation").equals("rprivate")) {
            throw required(word, "bind-propagation=rprivate");
        }
    }

    private FlagException required(String word, String other) {
        return invalid(
                "option 'bind-recursive="
                        + word
                        + "' requires '"
                        + other
                        + "' to be specified in conjunction");
    }

    /** A switch that is off leaves the object it is in. */
    private static JsonObject withoutFalse(JsonObject options) {
        options.values().removeIf(Boolean.FALSE::equals);
        return options;
    }

    private void refuseUnless(String owner, boolean fine) {
        if (!fine && !type.equals(owner)) {
            throw invalid("cannot mix '" + owner + "-*' options with mount type '" + type + "'");
        }
    }

    private FlagException invalid(String reason) {
        return FlagException.invalid(value, FLAG, reason);
    }
}
