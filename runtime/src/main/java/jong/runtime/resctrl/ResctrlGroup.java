package jong.runtime.resctrl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.runtime.resctrl.ResourceDirector.BANDWIDTH;
import static jong.runtime.resctrl.ResourceDirector.CACHE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * The group of resctrl that a container's processes are in, and the one below it that is measured
 * for the container alone, if that is asked for (the specification's config-linux.md, IntelRdt).
 *
 * <p>Processes enter through the files of {@link #joinFiles}. A group that the configuration names
 * is others' to remove.
 */
public final class ResctrlGroup {

    private final ResourceDirector director;
    private final JsonObject wanted;
    private final String id;
    private final Path group;

    /**
     * @param wanted {@code linux.intelRdt}
     * @param id the container's: names its group where the configuration names none
     */
    public ResctrlGroup(ResourceDirector director, JsonObject wanted, String id) {
        this.director = director;
        this.wanted = wanted;
        this.id = id;
        String named = wanted.string("closID");
        // One slash alone is the group on top; other names have none, as was checked before.
        this.group =
                named.equals("/") ? director.root() : director.root().resolve(named(named, id));
    }

    private static String named(String closId, String id) {
        return closId.isEmpty() ? id : closId;
    }

    /**
     * Makes what is missing, and sets what is asked for.
     *
     * @return whether the group was made for this container, which {@link #remove} is to be told
     * @throws InvalidArgument if a group is named and no more is said of it, and it does not exist
     * @throws IOException if the kernel refuses
     */
    public boolean create() throws IOException {
        List<String> schemata = schemata();
        if (!wanted.string("closID").isEmpty() && schemata.isEmpty() && !Files.exists(group)) {
            throw new InvalidArgument(
                    "clos dir not accessible (must be pre-created when schemata, l3CacheSchema and"
                            + " memBwSchema are empty): stat "
                            + group
                            + ": no such file or directory");
        }
        boolean made = make(group) && wanted.string("closID").isEmpty();
        try {
            write(schemata);
            if (measured()) {
                make(measuredGroup());
            }
        } catch (IOException e) {
            remove(made);
            throw e;
        }
        return made;
    }

    private List<String> schemata() {
        return Stream.concat(
                        Stream.of(wanted.string("l3CacheSchema"), wanted.string("memBwSchema")),
                        wanted.strings("schemata").stream())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private boolean measured() {
        return wanted.flag("enableMonitoring");
    }

    private Path measuredGroup() {
        return group.resolve("mon_groups").resolve(id);
    }

    private boolean make(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw explained("mkdir " + directory, e);
        }
    }

    /** Sets what the configuration has by now. */
    public void update() throws IOException {
        write(schemata());
    }

    /** In one write: the kernel takes all lines or none. */
    private void write(List<String> lines) throws IOException {
        if (lines.isEmpty()) {
            return;
        }
        String text = lines.stream().map(line -> line + "\n").collect(Collectors.joining());
        try (var file = FileChannel.open(group.resolve("schemata"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
        } catch (IOException e) {
            throw explained("intelrdt: unable to write \"" + text.strip() + "\"", e);
        }
    }

    private IOException explained(String what, IOException e) {
        return new IOException(
                what + ": " + e.getMessage() + ", last_cmd_status: " + director.lastStatus(), e);
    }

    /** Whether it is there: a named one may have been removed by those who made it. */
    public boolean exists() {
        return Files.exists(group);
    }

    /** The files by which a process enters by writing 0, in this order. */
    public List<String> joinFiles() {
        List<String> files = new ArrayList<>();
        files.add(group.resolve("tasks").toString());
        if (measured()) {
            files.add(measuredGroup().resolve("tasks").toString());
        }
        return files;
    }

    /**
     * Removes what was made for the container.
     *
     * @param made as {@link #create} told it
     */
    public void remove(boolean made) throws IOException {
        if (measured()) {
            Files.deleteIfExists(measuredGroup());
        }
        if (made) {
            Files.deleteIfExists(group);
        }
    }

    /** The member {@code intel_rdt} of runc's statistics. */
    public JsonObject stats() throws IOException {
        JsonObject json = director.describe();
        String schemata = Files.readString(group.resolve("schemata"));
        if (director.shares(CACHE)) {
            json.withUnlessEmpty("l3_cache_schema", ResourceDirector.line(schemata, CACHE));
        }
        if (director.shares(BANDWIDTH)) {
            json.withUnlessEmpty("mem_bw_schema", ResourceDirector.line(schemata, BANDWIDTH));
        }
        json.with("schemata", schemata.lines().map(String::strip).toList());
        List<String> measures = director.measures();
        Path data = (measured() ? measuredGroup() : group).resolve("mon_data");
        if (measures.contains("mbm_total_bytes") || measures.contains("mbm_local_bytes")) {
            json.with(
                    "mbm_stats",
                    each(data, measures, List.of("mbm_total_bytes", "mbm_local_bytes")));
        }
        if (measures.contains("llc_occupancy")) {
            json.with("cmt_stats", each(data, measures, List.of("llc_occupancy")));
        }
        return json;
    }

    /** The numbers of every domain; what the processor does not measure reads as 0. */
    private static List<JsonObject> each(Path data, List<String> measures, List<String> files)
            throws IOException {
        List<Path> domains = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(data, Files::isDirectory)) {
            all.forEach(domains::add);
        }
        domains.sort(null);
        List<JsonObject> result = new ArrayList<>();
        for (Path domain : domains) {
            var numbers = new JsonObject();
            for (String file : files) {
                numbers.with(
                        file, measures.contains(file) ? ResourceDirector.number(domain, file) : 0L);
            }
            result.add(numbers);
        }
        return result;
    }
}
