package jong.runtime.plan;

import java.util.List;
import jong.runtime.hooks.ContainerState;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * What the program that answers a filter's notifications is told of the process ({@code
 * ContainerProcessState} of config-linux.md), as text around the process's id.
 */
final class SeccompAgent {

    private SeccompAgent() {}

    /** For a container's first process, whose id is in the container's state, too. */
    static List<String> messageForContainer(ContainerState state, String metadata) {
        List<String> around = state.around("creating");
        return List.of(head(), beforeState(metadata) + around.getFirst(), around.getLast() + '}');
    }

    /** For one more process in a container that has this state. */
    static List<String> messageForExec(JsonObject state, String metadata) {
        return List.of(head(), beforeState(metadata) + state + '}');
    }

    private static String head() {
        String fields =
                new JsonObject()
                        .with("ociVersion", ContainerState.VERSION)
                        .with("fds", List.of("seccompFd"))
                        .toString();
        return fields.substring(0, fields.length() - 1) + ",\"pid\":";
    }

    private static String beforeState(String metadata) {
        String given = metadata.isEmpty() ? "" : ",\"metadata\":" + Json.write(metadata);
        return given + ",\"state\":";
    }
}
