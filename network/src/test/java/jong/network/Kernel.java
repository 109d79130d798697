package jong.network;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What the kernel has, for tests that need it. */
final class Kernel {
    private Kernel() {}

    /** Goes on only where the kernel knows a kind of interface. */
    static void assumeLinksOf(String kind) throws Exception {
        var command = "ip link add jongprobe0 link lo type " + kind;
        var process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        boolean made = process.waitFor() == 0;
        if (made) {
            new ProcessBuilder("ip", "link", "delete", "jongprobe0").start().waitFor();
        }
        assumeTrue(!output.contains("Unknown device type"), "the kernel has no " + kind);
    }
}
