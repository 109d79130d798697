package jong.oci.runtime;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * {@code linux}: namespaces, devices, limits, filters.
 *
 * @param json the object
 */
public record LinuxSpec(JsonObject json) {

    /**
     * The namespaces that are not inherited; the value is the path of one to join, or empty for a
     * new one.
     *
     * @throws InvalidArgument for an unknown type or one given twice
     */
    public Map<NamespaceType, String> namespaces() {
        Map<NamespaceType, String> result = new EnumMap<>(NamespaceType.class);
        for (JsonObject namespace : json.objects("namespaces")) {
            NamespaceType type = NamespaceType.of(namespace.string("type"));
            if (result.put(type, namespace.string("path")) != null) {
                throw new InvalidArgument(
                        "malformed spec file: duplicated ns \"" + type.word() + "\"");
            }
        }
        return result;
    }

    /** How user ids inside map to those outside. */
    public List<IdMapping> uidMappings() {
        return IdMapping.list(json, "uidMappings", "linux");
    }

    /** How group ids inside map to those outside. */
    public List<IdMapping> gidMappings() {
        return IdMapping.list(json, "gidMappings", "linux");
    }

    /** Clock offsets of the time namespace: {@code boottime} and {@code monotonic}, as given. */
    public JsonObject timeOffsets() {
        return json.object("timeOffsets");
    }

    /** Device nodes beyond the default ones. */
    public List<DeviceSpec> devices() {
        return json.objects("devices").stream().map(DeviceSpec::new).toList();
    }

    /** Where the cgroup is, or empty for the runtime's choice. */
    public String cgroupsPath() {
        return json.string("cgroupsPath");
    }

    /** Limits. */
    public LinuxResources resources() {
        return new LinuxResources(json.object("resources"));
    }

    /** The mount propagation of the root: shared, slave, private, unbindable, or empty. */
    public String rootfsPropagation() {
        return json.string("rootfsPropagation");
    }

    /** The system call filter. */
    public Optional<SeccompSpec> seccomp() {
        return json.has("seccomp")
                ? Optional.of(new SeccompSpec(json.object("seccomp")))
                : Optional.empty();
    }

    /** Paths that cannot be read inside. */
    public List<String> maskedPaths() {
        return json.strings("maskedPaths");
    }

    /** Paths that cannot be written inside. */
    public List<String> readonlyPaths() {
        return json.strings("readonlyPaths");
    }

    /** Kernel parameters. */
    public Map<String, String> sysctl() {
        return json.stringMap("sysctl");
    }

    /** SELinux's label of the mounts, or empty. */
    public String mountLabel() {
        return json.string("mountLabel");
    }

    /** The execution domain: {@code LINUX}, {@code LINUX32}, or empty. */
    public String personality() {
        return json.object("personality").string("domain");
    }

    /** Network interfaces of the host that become the container's: their names here and there. */
    public Map<String, String> netDevices() {
        JsonObject devices = json.object("netDevices");
        Map<String, String> result = new LinkedHashMap<>();
        for (String name : devices.keySet()) {
            String inside = devices.object(name).string("name");
            result.put(name, inside.isEmpty() ? name : inside);
        }
        return result;
    }

    /** {@code set_mempolicy}'s mode, nodes and flags as given, or nothing. */
    public Optional<JsonObject> memoryPolicy() {
        return json.has("memoryPolicy")
                ? Optional.of(json.object("memoryPolicy"))
                : Optional.empty();
    }

    /** What the processor's resource director is to allow, as given, or nothing. */
    public Optional<JsonObject> intelRdt() {
        return json.has("intelRdt") ? Optional.of(json.object("intelRdt")) : Optional.empty();
    }

    /**
     * A range of ids.
     *
     * @param containerId the first inside, unsigned
     * @param hostId the first outside, unsigned
     * @param size how many, unsigned
     */
    public record IdMapping(int containerId, int hostId, int size) {

        static List<IdMapping> list(JsonObject json, String name, String parent) {
            String owner = parent + "." + name;
            return json.objects(name).stream()
                    .map(m ->
                            new IdMapping(
                                    Numbers.unsignedInt(m, "containerID", owner),
                                    Numbers.unsignedInt(m, "hostID", owner),
                                    Numbers.unsignedInt(m, "size", owner)))
                    .toList();
        }
    }
}
