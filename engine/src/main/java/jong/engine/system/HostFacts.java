package jong.engine.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.linux.cgroups.Cgroups;
import jong.wire.json.JsonObject;

/** What this machine is, read from the kernel's and the distribution's files. */
final class HostFacts {

    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+(\\d+) kB");

    private HostFacts() {}

    static String kernelVersion() {
        return line("/proc/sys/kernel/osrelease");
    }

    static String hostname() {
        return line("/proc/sys/kernel/hostname");
    }

    /** Bytes of main memory. */
    static long memory() {
        Matcher match = MEMORY.matcher(text(Path.of("/proc/meminfo")));
        return match.find() ? Long.parseLong(match.group(1)) << 10 : 0;
    }

    /** {@code os-release(5)}, without quotes. */
    static Map<String, String> distribution() {
        Map<String, String> values = new HashMap<>();
        for (String line : text(Path.of("/etc/os-release")).split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
            }
        }
        return values;
    }

    /** As {@code uname -m} says. */
    static String machine() {
        String name = System.getProperty("os.arch", "");
        return name.equals("amd64") ? "x86_64" : name;
    }

    /** In Go's words. */
    static String architecture() {
        String name = System.getProperty("os.arch", "");
        return switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }

    /** Whether a switch of {@code /proc/sys} is on. */
    static boolean enabled(String path) {
        return line("/proc/sys/" + path).equals("1");
    }

    /** The members of {@code /info} that say which limits the kernel can keep. */
    static void putLimits(JsonObject info) {
        Cgroups cgroups;
        try {
            cgroups = Cgroups.detect();
        } catch (IOException _) {
            cgroups = new Cgroups(java.util.List.of());
        }
        boolean memory = cgroups.withController("memory").isPresent();
        boolean cpu = cgroups.withController("cpu").isPresent();
        info.with("MemoryLimit", memory)
                .with("SwapLimit", memory)
                .with("CpuCfsPeriod", cpu)
                .with("CpuCfsQuota", cpu)
                .with("CPUShares", cpu)
                .with("CPUSet", cgroups.withController("cpuset").isPresent())
                .with("PidsLimit", cgroups.withController("pids").isPresent());
    }

    /** 1 or 2. */
    static String cgroupVersion() {
        return Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? "2" : "1";
    }

    private static String line(String file) {
        return text(Path.of(file)).strip();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException _) {
            // What a kernel or a distribution does not tell is shown as empty.
            return "";
        }
    }
}
