package jong.engine.volumes;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import jong.engine.spec.ByteSize;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Options of the local driver: what to mount on a volume's directory while it is in use.
 *
 * @param type the file system, such as {@code tmpfs} or {@code nfs}; empty for a plain directory
 * @param device what to mount
 * @param options mount options, separated by commas
 * @param size most bytes of the volume's files; 0 for any number
 */
record VolumeOptions(String type, String device, String options, long size) {

    private static final Set<String> KNOWN = Set.of("type", "o", "device", "size");
    private static final Pattern PORT = Pattern.compile("//[^/]*:\\d+(/.*)?");

    /** The options of a volume that exists. */
    static VolumeOptions of(Map<String, String> options) {
        return new VolumeOptions(
                options.getOrDefault("type", ""),
                options.getOrDefault("device", ""),
                options.getOrDefault("o", ""),
                ByteSize.parse(options.getOrDefault("size", "0")));
    }

    /**
     * Checks the options of a volume that is to be made.
     *
     * @throws InvalidArgument with docker's texts
     */
    static void check(Map<String, String> options) {
        for (String name : new TreeSet<>(options.keySet())) {
            if (!KNOWN.contains(name)) {
                throw new InvalidArgument("invalid option: \"" + name + "\"");
            }
        }
        boolean cifs = "cifs".equals(options.get("type"));
        if (cifs && PORT.matcher(options.getOrDefault("device", "")).matches()) {
            throw new InvalidArgument(
                    "port not allowed in CIFS device URL, include 'port' in 'o='");
        }
        String size = options.get("size");
        if (size != null) {
            ByteSize.parse(size);
        }
        require("device", options, options.containsKey("type") || options.containsKey("o"));
        require("type", options, options.containsKey("device") || options.containsKey("o"));
    }

    private static void require(String name, Map<String, String> options, boolean needed) {
        if (needed && !options.containsKey(name)) {
            throw new InvalidArgument("missing required option: \"" + name + "\"");
        }
    }

    boolean needsMount() {
        return !device.isEmpty() || !type.isEmpty();
    }
}
