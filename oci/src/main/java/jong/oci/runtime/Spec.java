package jong.oci.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.wire.json.JsonObject;

/**
 * A container's configuration: {@code config.json} of the OCI runtime specification 1.3.
 *
 * <p>The accessors are views over the JSON tree and check types as they read: a member of another
 * JSON type throws {@link jong.wire.json.JsonException}, a word or number outside the specification
 * {@link jong.wire.status.StatusException.InvalidArgument} naming the member. Members that Jong
 * does not know are kept.
 *
 * @param json the whole document
 */
public record Spec(JsonObject json) {

    /** The root filesystem's path, absolute or relative to the bundle; may be missing. */
    public String rootPath() {
        return json.object("root").string("path");
    }

    /** Whether the root filesystem is read-only inside the container. */
    public boolean rootReadonly() {
        return json.object("root").flag("readonly");
    }

    /** What the container runs; missing in a configuration that is only created. */
    public Optional<ProcessSpec> process() {
        return json.has("process")
                ? Optional.of(new ProcessSpec(json.object("process")))
                : Optional.empty();
    }

    /** Further mounts, in the order in which they are made. */
    public List<MountSpec> mounts() {
        return json.objects("mounts").stream().map(MountSpec::new).toList();
    }

    /** The host name, or empty to leave it. */
    public String hostname() {
        return json.string("hostname");
    }

    /** The NIS domain name, or empty to leave it. */
    public String domainname() {
        return json.string("domainname");
    }

    /** The programs to run at a point of the container's life, such as {@code poststop}. */
    public List<HookSpec> hooks(String point) {
        return json.object("hooks").objects(point).stream().map(HookSpec::new).toList();
    }

    /** The version of the specification that the configuration is written for. */
    public String ociVersion() {
        return json.string("ociVersion");
    }

    /** Arbitrary words for callers. */
    public Map<String, String> annotations() {
        return json.stringMap("annotations");
    }

    /** What only Linux has. */
    public LinuxSpec linux() {
        return new LinuxSpec(json.object("linux"));
    }
}
