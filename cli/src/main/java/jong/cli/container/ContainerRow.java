package jong.cli.container;

import java.util.ArrayList;
import java.util.List;
import jong.cli.template.Fields;
import jong.cli.text.Quote;
import jong.cli.text.Times;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A container in a list.
 *
 * @param json as the daemon lists it
 * @param whole whether ids and commands are shown in full
 */
record ContainerRow(JsonObject json, boolean whole) implements Fields {

    private static final int COMMAND_WIDTH = 20;
    private static final int MOUNT_WIDTH = 15;
    private static final List<String> NAMES =
            List.of(
                    "Command",
                    "CreatedAt",
                    "ID",
                    "Image",
                    "Labels",
                    "LocalVolumes",
                    "Mounts",
                    "Names",
                    "Networks",
                    "Platform",
                    "Ports",
                    "RunningFor",
                    "Size",
                    "State",
                    "Status");

    @Override
    public List<String> fieldNames() {
        return NAMES;
    }

    @Override
    public boolean hasField(String name) {
        return NAMES.contains(name) || name.equals("Label");
    }

    @Override
    public String typeName() {
        return "*formatter.ContainerContext";
    }

    @Override
    public @Nullable Object field(String name, List<@Nullable Object> arguments) {
        return switch (name) {
            case "ID" -> whole ? json.string("Id") : Units.shortId(json.string("Id"));
            case "Names" -> names();
            case "Image" -> image();
            case "Command" -> command();
            case "CreatedAt" -> Times.local(json.number("Created"));
            case "RunningFor" ->
                    Units.duration(System.currentTimeMillis() / 1000 - json.number("Created"))
                            + " ago";
            case "Ports" -> Ports.display(json.objects("Ports"));
            case "State", "Status" -> json.string(name);
            case "Platform" -> platform();
            case "Size" -> size();
            case "Labels" -> labels();
            case "Label" -> json.object("Labels").string(String.valueOf(arguments.getFirst()));
            case "Mounts" -> mounts();
            case "LocalVolumes" -> Integer.toString(localVolumes());
            case "Networks" ->
                    String.join(",", json.object("NetworkSettings").object("Networks").keySet());
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Names without the slash; names that links made are shown only in full. */
    private String names() {
        var text = new StringBuilder();
        for (String name : json.strings("Names")) {
            String plain = name.startsWith("/") ? name.substring(1) : name;
            if (whole || plain.indexOf('/') < 0) {
                text.append(text.isEmpty() ? "" : ",").append(plain);
            }
        }
        return text.toString();
    }

    private String image() {
        String image = json.string("Image");
        if (image.isEmpty()) {
            return "<no image>";
        }
        if (whole) {
            return image;
        }
        String id = json.string("ImageID");
        if (image.equals(id) || image.equals(Units.shortId(id))) {
            return Units.shortId(id);
        }
        int digest = image.indexOf('@');
        return digest < 0 ? image : image.substring(0, digest);
    }

    private String command() {
        String command = json.string("Command");
        return Quote.quote(whole ? command : Units.ellipsis(command, COMMAND_WIDTH));
    }

    private @Nullable JsonObject platform() {
        JsonObject platform = json.object("ImageManifestDescriptor").object("platform");
        return platform.isEmpty() ? null : platform;
    }

    private String size() {
        String size = Units.size(json.number("SizeRw"));
        long virtual = json.number("SizeRootFs");
        return virtual > 0 ? size + " (virtual " + Units.size(virtual) + ")" : size;
    }

    private String labels() {
        JsonObject labels = json.object("Labels");
        List<String> list = new ArrayList<>();
        for (String label : labels.keySet()) {
            list.add(label + "=" + labels.string(label));
        }
        list.sort(null);
        return String.join(",", list);
    }

    private String mounts() {
        var text = new StringBuilder();
        for (JsonObject mount : json.objects("Mounts")) {
            String name = mount.string("Name", mount.string("Source"));
            text.append(text.isEmpty() ? "" : ",");
            text.append(whole ? name : Units.ellipsis(name, MOUNT_WIDTH));
        }
        return text.toString();
    }

    private int localVolumes() {
        int count = 0;
        for (JsonObject mount : json.objects("Mounts")) {
            count += mount.string("Driver").equals("local") ? 1 : 0;
        }
        return count;
    }
}
