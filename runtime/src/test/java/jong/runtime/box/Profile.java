package jong.runtime.box;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A profile in this machine's AppArmor, until it is closed. */
public final class Profile implements AutoCloseable {

    private static final Path ENABLED = Path.of("/sys/module/apparmor/parameters/enabled");

    /** Its name. */
    public final String name;

    private final String text;

    /** Loads one that permits all but to read {@code secret}, an absolute path. */
    public Profile(String name, String secret) throws IOException {
        this.name = name;
        this.text =
                """
                profile %s flags=(attach_disconnected,mediate_deleted) {
                  file, capability, network, mount, umount, pivot_root, signal, ptrace,
                  deny %s r,
                }
                """
                        .formatted(name, secret);
        parser("--replace");
    }

    /** Whether this machine has AppArmor. */
    public static boolean possible() throws IOException {
        return Files.exists(ENABLED) && Files.readString(ENABLED).startsWith("Y");
    }

    /** How {@code attr/current} of a process shows it. */
    public String label() {
        return name + " (enforce)";
    }

    private void parser(String command) throws IOException {
        Process parser =
                new ProcessBuilder("/sbin/apparmor_parser", command, "--skip-cache")
                        .redirectErrorStream(true)
                        .start();
        try (var input = parser.getOutputStream()) {
            input.write(text.getBytes(UTF_8));
        }
        String complaint = new String(parser.getInputStream().readAllBytes(), UTF_8);
        if (parser.onExit().join().exitValue() != 0) {
            throw new IOException(command + " " + name + ": " + complaint);
        }
    }

    @Override
    public void close() throws IOException {
        parser("--remove");
    }
}
