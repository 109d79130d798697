package jong.cli.container;

import java.util.List;
import jong.cli.template.Fields;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a container uses.
 *
 * @param json a sample as the daemon sends it
 * @param asked the name that the user gave
 */
record StatsRow(JsonObject json, String asked, boolean whole) implements Fields {

    private static final List<String> NAMES =
            List.of(
                    "BlockIO",
                    "CPUPerc",
                    "Container",
                    "ID",
                    "MemPerc",
                    "MemUsage",
                    "Name",
                    "NetIO",
                    "PIDs");

    @Override
    public List<String> fieldNames() {
        return NAMES;
    }

    @Override
    public boolean hasField(String name) {
        return NAMES.contains(name);
    }

    @Override
    public String typeName() {
        return "*formatter.statsContext";
    }

    @Override
    public @Nullable Object field(String name, List<@Nullable Object> arguments) {
        String id = json.string("id");
        return switch (name) {
            case "Container" -> asked;
            case "ID" -> whole ? id : Units.shortId(id);
            case "Name" -> json.string("name").replace("/", "");
            case "CPUPerc" -> percent(cpu());
            case "MemUsage" -> Units.binarySize(memory()) + " / " + Units.binarySize(memoryLimit());
            case "MemPerc" -> percent(memoryLimit() == 0 ? 0 : memory() * 100.0 / memoryLimit());
            case "NetIO" ->
                    Units.size(network("rx_bytes")) + " / " + Units.size(network("tx_bytes"));
            case "BlockIO" -> Units.size(block("read")) + " / " + Units.size(block("write"));
            case "PIDs" -> Long.toString(json.object("pids_stats").number("current"));
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** The share of one CPU between the two samples, in percent. */
    private double cpu() {
        JsonObject now = json.object("cpu_stats");
        JsonObject before = json.object("precpu_stats");
        double used =
                now.object("cpu_usage").decimal("total_usage")
                        - before.object("cpu_usage").decimal("total_usage");
        double system = now.decimal("system_cpu_usage") - before.decimal("system_cpu_usage");
        double cpus = now.number("online_cpus", 1);
        return used > 0 && system > 0 ? used / system * cpus * 100 : 0;
    }

    /** Without the page cache, which the kernel gives back when it is needed. */
    private long memory() {
        JsonObject memory = json.object("memory_stats");
        JsonObject stats = memory.object("stats");
        long cache = stats.number("total_inactive_file", stats.number("inactive_file"));
        long usage = memory.number("usage");
        return cache < usage ? usage - cache : usage;
    }

    private long memoryLimit() {
        return json.object("memory_stats").number("limit");
    }

    private long network(String counter) {
        long sum = 0;
        JsonObject networks = json.object("networks");
        for (String network : networks.keySet()) {
            sum += networks.object(network).number(counter);
        }
        return sum;
    }

    private long block(String operation) {
        long sum = 0;
        for (JsonObject entry : json.object("blkio_stats").objects("io_service_bytes_recursive")) {
            sum += entry.string("op").equalsIgnoreCase(operation) ? entry.number("value") : 0;
        }
        return sum;
    }

    private static String percent(double value) {
        long hundredths = Math.round(value * 100);
        long fraction = hundredths % 100;
        return hundredths / 100 + "." + (fraction < 10 ? "0" : "") + fraction + "%";
    }
}
