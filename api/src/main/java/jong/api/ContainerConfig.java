package jong.api;

import java.util.List;
import java.util.Map;
import java.util.Set;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What runs in a container, independent of the host: the {@code Config} of the Docker Engine API.
 *
 * <p>A view of the JSON object as it came over the wire; members that are missing read as Go's zero
 * value. The same shape is an image's {@code config}.
 */
public record ContainerConfig(JsonObject json) {

    public String hostname() {
        return json.string("Hostname");
    }

    public String domainname() {
        return json.string("Domainname");
    }

    /** {@code user[:group]}, names or numbers; empty for root. */
    public String user() {
        return json.string("User");
    }

    public boolean attachStdin() {
        return json.flag("AttachStdin");
    }

    public boolean attachStdout() {
        return json.flag("AttachStdout");
    }

    public boolean attachStderr() {
        return json.flag("AttachStderr");
    }

    public boolean tty() {
        return json.flag("Tty");
    }

    public boolean openStdin() {
        return json.flag("OpenStdin");
    }

    /** Whether the process's stdin closes when the first attached client goes away. */
    public boolean stdinOnce() {
        return json.flag("StdinOnce");
    }

    /** Ports as {@code 80/tcp}. */
    public Set<String> exposedPorts() {
        return json.object("ExposedPorts").keySet();
    }

    /** Entries {@code KEY=value}; {@code KEY} alone removes the variable. */
    public List<String> env() {
        return json.strings("Env");
    }

    /** The command, or null when none was given. */
    public @Nullable List<String> cmd() {
        return words("Cmd");
    }

    /** The entrypoint, or null when none was given; {@code [""]} resets the image's. */
    public @Nullable List<String> entrypoint() {
        return words("Entrypoint");
    }

    public String image() {
        return json.string("Image");
    }

    /** Paths in the container that get an anonymous volume. */
    public Set<String> volumes() {
        return json.object("Volumes").keySet();
    }

    public String workingDir() {
        return json.string("WorkingDir");
    }

    public boolean networkDisabled() {
        return json.flag("NetworkDisabled");
    }

    public Map<String, String> labels() {
        return json.stringMap("Labels");
    }

    /** A signal's name or number; empty for SIGTERM. */
    public String stopSignal() {
        return json.string("StopSignal");
    }

    /** Seconds between the stop signal and SIGKILL, or null when not set. */
    public @Nullable Long stopTimeout() {
        return json.numberOrNull("StopTimeout");
    }

    /** How health is probed; null means as the image says. */
    public @Nullable HealthConfig healthcheck() {
        return json.has("Healthcheck") ? new HealthConfig(json.object("Healthcheck")) : null;
    }

    /** The MAC address of the first network, from clients before 1.44. */
    public String macAddress() {
        return json.string("MacAddress");
    }

    /** Go's {@code strslice}: a list, or one string that stands for a list of one. */
    private @Nullable List<String> words(String name) {
        Object value = json.get(name);
        return value instanceof String word ? List.of(word) : json.stringsOrNull(name);
    }
}
