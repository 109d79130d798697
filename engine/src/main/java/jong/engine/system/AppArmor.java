package jong.engine.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's AppArmor, and the profile that containers have there by default. The parser of
 * profiles is a program of its own; without it there are no profiles, as with dockerd.
 */
public final class AppArmor {

    private static final System.Logger LOG = System.getLogger(AppArmor.class.getName());
    private static final Path ENABLED = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final Path PROFILES = Path.of("/sys/kernel/security/apparmor/profiles");
    private static final Path PARSER = Path.of("/sbin/apparmor_parser");
    private static final String PROFILE = "docker-default";

    private AppArmor() {}

    /**
     * Loads the default profile, unless it is there: an administrator's own is not replaced.
     *
     * @return whether containers can be confined
     */
    public static boolean prepare() {
        try {
            boolean available = available();
            if (available && !loaded()) {
                load();
            }
            return available;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "AppArmor is not used: " + e.getMessage(), e);
            return false;
        }
    }

    /** Whether the kernel has it on, and profiles can be loaded. */
    static boolean available() {
        try {
            return Files.exists(ENABLED)
                    && Files.readString(ENABLED).startsWith("Y")
                    && Files.isExecutable(PARSER);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "AppArmor is not used", e);
            return false;
        }
    }

    private static boolean loaded() throws IOException {
        return Files.exists(PROFILES)
                && Files.readString(PROFILES).lines().anyMatch(l -> l.startsWith(PROFILE + " ("));
    }

    private static void load() throws IOException {
        Process parser =
                new ProcessBuilder(PARSER.toString(), "--replace", "--skip-cache")
                        .redirectErrorStream(true)
                        .start();
        try (InputStream text = AppArmor.class.getResourceAsStream(PROFILE + ".apparmor");
                var input = parser.getOutputStream()) {
            if (text == null) {
                throw new IllegalStateException("the profile " + PROFILE + " is missing");
            }
            text.transferTo(input);
        }
        String complaint = new String(parser.getInputStream().readAllBytes(), UTF_8).strip();
        try {
            if (parser.waitFor() != 0) {
                throw new IOException("loading " + PROFILE + ": " + complaint);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("loading " + PROFILE + " was interrupted", e);
        }
    }
}
