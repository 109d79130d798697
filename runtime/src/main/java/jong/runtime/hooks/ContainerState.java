package jong.runtime.hooks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jong.oci.runtime.Spec;
import jong.wire.json.JsonObject;

/**
 * A container's state as hooks and agents are told it (runtime.md, "State").
 *
 * @param id the container's id
 * @param bundle the directory that its configuration speaks of
 * @param annotations the configuration's
 */
public record ContainerState(String id, Path bundle, Map<String, String> annotations) {

    /** The version of the specification that the state complies with. */
    public static final String VERSION = "1.3.0";

    /** The state of a container made from {@code spec}. */
    public static ContainerState of(String id, Path bundle, Spec spec) {
        return new ContainerState(id, bundle, spec.annotations());
    }

    /**
     * The state with its process.
     *
     * @param status the specification's word
     * @param pid the container's first process as the reader sees it; 0 for none
     */
    public JsonObject json(String status, int pid) {
        JsonObject state =
                new JsonObject().with("ociVersion", VERSION).with("id", id).with("status", status);
        if (pid > 0) {
            state.with("pid", (long) pid);
        }
        return state.with("bundle", bundle.toString()).withUnlessEmpty("annotations", annotations);
    }

    /** The same as text around a process id that is not known yet: join it with the id. */
    public List<String> around(String status) {
        String head =
                new JsonObject()
                        .with("ociVersion", VERSION)
                        .with("id", id)
                        .with("status", status)
                        .toString();
        String tail =
                new JsonObject()
                        .with("bundle", bundle.toString())
                        .withUnlessEmpty("annotations", annotations)
                        .toString();
        return List.of(head.substring(0, head.length() - 1) + ",\"pid\":", "," + tail.substring(1));
    }
}
