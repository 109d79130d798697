package jong.engine.networks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import jong.engine.containers.MountedText;
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
        String bytes = MountedText.bytes(names);
        MountedText.edit(
                directories.apply(containerId).resolve("hosts"),
                text ->
                        HostsFile.with(
                                HostsFile.without(text, lines(gone, bytes)), lines(come, bytes)));
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
        MountedText.edit(
                directories.apply(containerId).resolve("resolv.conf"),
                now -> isAsWritten(now, digest) ? MountedText.bytes(text) : now);
    }

    private static boolean isAsWritten(String bytes, String digest) {
        return ResolverState.digest(bytes.getBytes(ISO_8859_1)).equals(digest);
    }
}
