package jong.engine.networks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import jong.network.HostsFile;
import jong.network.Subnet;

/**
 * The files of names of running containers, which are mounted into them and so are changed in
 * place. What users have written into them stays.
 */
final class RunningFiles {

    private final Function<String, Path> directories;

    /** With what tells a container's directory by its ID. */
    RunningFiles(Function<String, Path> directories) {
        this.directories = directories;
    }

    /** Takes addresses that a container has lost out of its hosts file, and adds new ones. */
    void changeHosts(
            String containerId, String names, List<InetAddress> gone, List<InetAddress> come)
            throws IOException {
        if (gone.isEmpty() && come.isEmpty()) {
            return;
        }
        Path file = directories.apply(containerId).resolve("hosts");
        String before = Files.readString(file, UTF_8);
        String after =
                HostsFile.with(HostsFile.without(before, lines(gone, names)), lines(come, names));
        if (!after.equals(before)) {
            Files.writeString(file, after);
        }
    }

    private static List<HostsFile.Line> lines(List<InetAddress> addresses, String names) {
        return addresses.stream()
                .map(address -> new HostsFile.Line(Subnet.text(address), names))
                .toList();
    }

    /**
     * Replaces a container's resolv.conf, unless somebody has changed it.
     *
     * @param digest of what was written last
     */
    void replaceResolvConf(String containerId, String digest, String text) throws IOException {
        Path file = directories.apply(containerId).resolve("resolv.conf");
        if (ResolverState.digest(Files.readString(file, UTF_8)).equals(digest)) {
            Files.writeString(file, text);
        }
    }
}
