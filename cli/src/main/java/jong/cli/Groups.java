package jong.cli;

import java.util.List;

/** The management commands: words that group commands by what they work on. */
final class Groups {

    static final List<String> NAMES =
            List.of("container", "context", "image", "manifest", "network", "system", "volume");

    /** What the help lists: the registry is a program of its own, which the launcher starts. */
    static final List<String> LISTED =
            List.of(
                    "container",
                    "context",
                    "image",
                    "manifest",
                    "network",
                    "registry",
                    "system",
                    "volume");

    private Groups() {}

    static boolean exists(String group) {
        return NAMES.contains(group);
    }

    static String summary(String group) {
        return switch (group) {
            case "system" -> "Manage Jong";
            case "registry" -> "Serve images to clients";
            case "manifest" -> "Manage image manifests and manifest lists";
            default -> "Manage " + group + "s";
        };
    }

    /** The commands of a group, without their aliases. */
    static List<String> commands(String group) {
        return switch (group) {
            case "container" ->
                    List.of(
                            "attach", "commit", "cp", "create", "diff", "exec", "export", "inspect",
                            "kill", "logs", "ls", "pause", "port", "prune", "rename", "restart",
                            "rm", "run", "start", "stats", "stop", "top", "unpause", "update",
                            "wait");
            case "context" -> List.of("inspect", "ls", "show", "use");
            case "image" ->
                    List.of(
                            "history", "import", "inspect", "load", "ls", "prune", "pull", "push",
                            "rm", "save", "tag");
            case "manifest" -> List.of("annotate", "create", "inspect", "push", "rm");
            case "network" ->
                    List.of("connect", "create", "disconnect", "inspect", "ls", "prune", "rm");
            case "system" -> List.of("check", "events", "info");
            case "volume" ->
                    List.of(
                            "clone", "create", "export", "import", "inspect", "ls", "prune",
                            "rename", "rm", "update");
            default -> List.of();
        };
    }
}
