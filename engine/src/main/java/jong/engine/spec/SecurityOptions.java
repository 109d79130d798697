package jong.engine.spec;

import java.util.List;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * The {@code --security-opt} words.
 *
 * @param seccomp {@code ""} for the default profile, {@code unconfined}, or a profile as JSON
 * @param appArmor {@code ""} for the default profile, {@code unconfined}, or a profile's name
 * @param noNewPrivileges whether execve may not add rights
 */
public record SecurityOptions(String seccomp, String appArmor, boolean noNewPrivileges) {

    /** Nothing, for privileged containers. */
    public static final String UNCONFINED = "unconfined";

    /**
     * Reads docker's list.
     *
     * @throws InvalidArgument with docker's text
     */
    public static SecurityOptions parse(List<String> words) {
        String seccomp = "";
        String appArmor = "";
        boolean noNewPrivileges = false;
        for (String word : words) {
            // The colon is docker's old spelling; JSON after the sign may hold either of them.
            String[] parts = word.split(word.indexOf('=') >= 0 ? "=" : ":", 2);
            if (parts[0].equals("no-new-privileges")) {
                noNewPrivileges = parts.length == 1 || truth(parts[1], word);
                continue;
            }
            if (parts.length == 1) {
                if (!word.equals("disable")) {
                    throw new InvalidArgument("invalid --security-opt 1: \"" + word + "\"");
                }
                continue;
            }
            switch (parts[0]) {
                case "seccomp" -> seccomp = parts[1].equals("builtin") ? "" : parts[1];
                case "apparmor" -> appArmor = parts[1];
                // SELinux is not enforced by Jong; docker ignores labels on such hosts, too.
                case "label" -> {}
                default -> throw new InvalidArgument("invalid --security-opt 2: \"" + word + "\"");
            }
        }
        return new SecurityOptions(seccomp, appArmor, noNewPrivileges);
    }

    private static boolean truth(String value, String word) {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new InvalidArgument("invalid --security-opt 2: \"" + word + "\"");
        };
    }

    /** The AppArmor profile of a process: the one asked for, or the default. */
    String profile(boolean privileged) {
        if (!appArmor.isEmpty()) {
            return appArmor;
        }
        return privileged ? UNCONFINED : "docker-default";
    }
}
