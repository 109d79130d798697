package jong.runtime.cgroups;

import jong.wire.status.StatusException.InvalidArgument;

/**
 * The scope of systemd that holds a container (systemd.scope(5)), as {@code slice:prefix:name}
 * names it.
 *
 * @param slice the slice it lies in, such as {@code system.slice}
 * @param prefix what comes before the name, may be empty
 * @param name the container's part of the unit's name
 */
record SystemdUnit(String slice, String prefix, String name) {

    private static final String SLICE = ".slice";

    /**
     * Reads a path.
     *
     * @param cgroupsPath {@code linux.cgroupsPath}, or empty for the default
     * @param id the container, whose name the default has
     * @param defaultSlice where those go that name no slice
     * @throws InvalidArgument if it is not of that form
     */
    static SystemdUnit parse(String cgroupsPath, String id, String defaultSlice) {
        if (cgroupsPath.isEmpty()) {
            return new SystemdUnit(defaultSlice, "runc", id);
        }
        String[] parts = cgroupsPath.split(":", -1);
        if (parts.length != 3 || parts[2].isEmpty() || cgroupsPath.contains("/")) {
            throw new InvalidArgument(
                    "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd"
                            + " cgroups, got \""
                            + cgroupsPath
                            + "\" instead");
        }
        return new SystemdUnit(parts[0].isEmpty() ? defaultSlice : parts[0], parts[1], parts[2]);
    }

    /** The name that systemd knows. */
    String unitName() {
        return (prefix.isEmpty() ? name : prefix + "-" + name) + ".scope";
    }

    /** Reads back as the same unit. */
    String path() {
        return slice + ":" + prefix + ":" + name;
    }

    /**
     * Its cgroup below that of the service manager: {@code a-b.slice} lies in {@code a.slice}.
     *
     * @throws InvalidArgument if the slice has no valid name
     */
    String cgroup() {
        var path = new StringBuilder("/");
        if (!slice.equals("-" + SLICE)) {
            String stem = slice.endsWith(SLICE) ? slice.substring(0, slice.length() - 6) : "";
            var prefixes = new StringBuilder();
            for (String part : stem.split("-", -1)) {
                if (part.isEmpty()) {
                    throw new InvalidArgument("invalid slice name: " + slice);
                }
                prefixes.append(prefixes.isEmpty() ? "" : "-").append(part);
                path.append(prefixes).append(SLICE).append('/');
            }
        }
        return path + unitName();
    }
}
