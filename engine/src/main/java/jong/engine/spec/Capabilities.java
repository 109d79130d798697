package jong.engine.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jong.api.HostConfig;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Docker's capability rules: 14 by default, changed by {@code --cap-add}, {@code --cap-drop} and
 * {@code --privileged}.
 */
public final class Capabilities {

    /** By the kernel's numbers, capabilities(7). */
    private static final List<String> BY_NUMBER = jong.runtime.plan.Capabilities.names();

    /** In docker's order, so that config.json compares equal. */
    private static final List<String> DEFAULT =
            List.of(
                    "CAP_CHOWN",
                    "CAP_DAC_OVERRIDE",
                    "CAP_FSETID",
                    "CAP_FOWNER",
                    "CAP_MKNOD",
                    "CAP_NET_RAW",
                    "CAP_SETGID",
                    "CAP_SETUID",
                    "CAP_SETFCAP",
                    "CAP_SETPCAP",
                    "CAP_NET_BIND_SERVICE",
                    "CAP_SYS_CHROOT",
                    "CAP_KILL",
                    "CAP_AUDIT_WRITE");

    private static final String ALL = "ALL";

    private final List<String> available;

    private Capabilities(List<String> available) {
        this.available = available;
    }

    /** Those that the bits of {@code mask} (as CapEff in proc(5)) stand for can be given away. */
    public static Capabilities ofMask(long mask) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < BY_NUMBER.size(); bit++) {
            if ((mask >>> bit & 1) != 0) {
                names.add(BY_NUMBER.get(bit));
            }
        }
        return new Capabilities(List.copyOf(names));
    }

    /** Those of the running daemon can be given away. */
    public static Capabilities ofThisProcess() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("CapEff:")) {
                    return ofMask(Long.parseUnsignedLong(line.substring(7).strip(), 16));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no CapEff in /proc/self/status");
    }

    /**
     * The container's capabilities as {@code CAP_X}.
     *
     * @throws InvalidArgument with docker's text if a name is unknown or not available here
     */
    public List<String> of(HostConfig host) {
        List<String> add = normalise("CapAdd", host.capAdd());
        List<String> drop = normalise("CapDrop", host.capDrop());
        if (host.privileged()) {
            return available;
        }
        List<String> result = new ArrayList<>();
        if (add.contains(ALL)) {
            result.addAll(available);
            result.removeAll(drop);
        } else {
            if (!drop.contains(ALL)) {
                result.addAll(DEFAULT);
                result.removeAll(drop);
            }
            add.stream().filter(name -> !result.contains(name)).forEach(result::add);
        }
        return result;
    }

    private List<String> normalise(String option, List<String> names) {
        List<String> result = new ArrayList<>();
        for (String given : names) {
            String upper = given.toUpperCase(Locale.ROOT);
            if (upper.equals(ALL)) {
                result.add(ALL);
                continue;
            }
            String name = upper.startsWith("CAP_") ? upper : "CAP_" + upper;
            if (!BY_NUMBER.contains(name)) {
                throw new InvalidArgument(
                        "invalid " + option + ": unknown capability: \"" + name + "\"");
            }
            if (!available.contains(name)) {
                throw new InvalidArgument(
                        "invalid "
                                + option
                                + ": capability not supported by your kernel or not available in"
                                + " the current environment: \""
                                + name
                                + "\"");
            }
            result.add(name);
        }
        return result;
    }
}
