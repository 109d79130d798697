package jong.runtime.resctrl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jong.linux.mounts.MountEntry;
import jong.linux.mounts.MountTable;
import jong.wire.json.JsonObject;

/**
 * The resctrl filesystem (Documentation/filesystems/resctrl.rst), by which a processor's caches and
 * memory bandwidth are shared out.
 *
 * @param root where it is mounted
 */
public record ResourceDirector(Path root) {

    /** The third level of cache. */
    public static final String CACHE = "L3";

    /** That of memory. */
    public static final String BANDWIDTH = "MB";

    private static final Path USUAL = Path.of("/sys/fs/resctrl");

    /** That of this machine; empty where the processor has none, or it is not mounted. */
    public static Optional<ResourceDirector> local() throws IOException {
        if (Files.exists(USUAL.resolve("schemata"))) {
            return Optional.of(new ResourceDirector(USUAL));
        }
        // The kernel makes the directory where it could be mounted.
        if (!Files.exists(USUAL)) {
            return Optional.empty();
        }
        return MountTable.read().entries().stream()
                .filter(entry -> entry.type().equals("resctrl"))
                .map(MountEntry::mountPoint)
                .map(mountPoint -> new ResourceDirector(Path.of(mountPoint)))
                .findFirst();
    }

    /** Whether parts of a resource can be given away: {@link #CACHE}, {@link #BANDWIDTH}. */
    public boolean shares(String resource) {
        return Files.exists(info(resource));
    }

    private Path info(String name) {
        return root.resolve("info").resolve(name);
    }

    /** What the whole machine has, and in which steps; members as runc's statistics name them. */
    JsonObject describe() throws IOException {
        var json = new JsonObject();
        String schemata = Files.readString(root.resolve("schemata"));
        if (shares(CACHE)) {
            json.with(
                    "l3_cache_info",
                    new JsonObject()
                            .withUnlessEmpty("cbm_mask", text(info(CACHE), "cbm_mask"))
                            .withUnlessEmpty("min_cbm_bits", number(info(CACHE), "min_cbm_bits"))
                            .withUnlessEmpty("num_closids", number(info(CACHE), "num_closids")));
            json.withUnlessEmpty("l3_cache_schema_root", line(schemata, CACHE));
        }
        if (shares(BANDWIDTH)) {
            json.with(
                    "mem_bw_info",
                    new JsonObject()
                            .withUnlessEmpty(
                                    "bandwidth_gran", number(info(BANDWIDTH), "bandwidth_gran"))
                            .withUnlessEmpty(
                                    "delay_linear", number(info(BANDWIDTH), "delay_linear"))
                            .withUnlessEmpty(
                                    "min_bandwidth", number(info(BANDWIDTH), "min_bandwidth"))
                            .withUnlessEmpty(
                                    "num_closids", number(info(BANDWIDTH), "num_closids")));
            json.withUnlessEmpty("mem_bw_schema_root", line(schemata, BANDWIDTH));
        }
        return json;
    }

    /** The line of a resource, such as {@code L3:0=fff}; empty without one. */
    static String line(String schemata, String resource) {
        return schemata.lines()
                .map(String::strip)
                .filter(line -> line.contains(resource))
                .reduce("", (_, last) -> last);
    }

    static String text(Path directory, String file) throws IOException {
        return Files.readString(directory.resolve(file)).strip();
    }

    static long number(Path directory, String file) throws IOException {
        String text = text(directory, file);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(directory.resolve(file) + ": \"" + text + "\"", e);
        }
    }

    /** What the kernel measures, by the names of its files; none where it measures nothing. */
    List<String> measures() throws IOException {
        Path features = info("L3_MON").resolve("mon_features");
        return Files.exists(features) ? Files.readAllLines(features) : List.of();
    }

    /** Why the kernel refused the last write; its error numbers do not tell. */
    String lastStatus() {
        try {
            return text(root.resolve("info"), "last_cmd_status");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
