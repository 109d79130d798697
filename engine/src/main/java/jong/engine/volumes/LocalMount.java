package jong.engine.volumes;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jong.linux.KernelThreads;
import jong.linux.mounts.MountTable;
import jong.linux.mounts.MountWords;
import jong.linux.mounts.Mounts;
import jong.linux.mounts.Propagation;

/**
 * What the local driver mounts on a volume's directory. Names of servers are looked up here: the
 * kernel takes addresses only.
 *
 * @param options the volume's
 * @param directory on which it is mounted
 */
record LocalMount(VolumeOptions options, Path directory) {

    private static final Set<String> OF_SERVERS = Set.of("nfs", "cifs");
    private static final Pattern ADDRESS = Pattern.compile("(?<=^|,)addr=([^,]+)");
    private static final Pattern SHARE = Pattern.compile("//([^/@]+)(/.*)?");
    private static final Pattern PASSWORD = Pattern.compile("(?<=^|,)password=[^,]+");
    private static final Pattern NUMBERS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

    /** Whether it is mounted. */
    boolean isMounted() throws IOException {
        return MountTable.read().at(directory).isPresent();
    }

    /**
     * Mounts it; may wait for a server.
     *
     * @throws IOException with docker's text, without the password
     */
    void mount() throws IOException {
        KernelThreads.callToItsEnd(this::mountHere);
    }

    private Path mountHere() throws IOException {
        if (options.device().isEmpty()) {
            throw new IOException("missing device in volume options");
        }
        String device = device();
        MountWords words = MountWords.parse(words());
        try {
            words.mount(device, directory, options.type());
            return directory;
        } catch (IOException e) {
            throw new IOException(
                    "failed to mount local volume: "
                            + withoutPassword(String.valueOf(e.getMessage())));
        }
    }

    private String words() throws IOException {
        Matcher matcher = ADDRESS.matcher(options.options());
        boolean named =
                OF_SERVERS.contains(options.type())
                        && matcher.find()
                        && !NUMBERS.matcher(matcher.group(1)).matches();
        return named
                ? matcher.replaceFirst("addr=" + address(matcher.group(1)))
                : options.options();
    }

    private String device() throws IOException {
        Matcher matcher = SHARE.matcher(options.device());
        boolean addressed = ADDRESS.matcher(options.options()).find();
        if (!options.type().equals("cifs") || addressed || !matcher.matches()) {
            return options.device();
        }
        String host = matcher.group(1);
        String path = matcher.group(2) == null ? "" : matcher.group(2);
        boolean literal = NUMBERS.matcher(host).matches() || host.startsWith("[");
        return literal ? options.device() : "//" + address(host) + path;
    }

    private static String address(String name) throws IOException {
        try {
            InetAddress[] all = InetAddress.getAllByName(name);
            return Stream.of(all)
                    .filter(Inet4Address.class::isInstance)
                    .findFirst()
                    .orElse(all[0])
                    .getHostAddress();
        } catch (UnknownHostException e) {
            throw new IOException(
                    "error resolving passed in network volume address: lookup "
                            + name
                            + ": no such host",
                    e);
        }
    }

    private String withoutPassword(String message) {
        Matcher password = PASSWORD.matcher(options.options());
        return password.find() ? message.replace(password.group(), "password=********") : message;
    }

    /** Unmounts all that is there; what still uses it keeps it. */
    void unmount() throws IOException {
        KernelThreads.callToItsEnd(() -> {
            while (isMounted()) {
                keepOthersMounts();
                Mounts.detach(directory);
            }
            return directory;
        });
    }

    /**
     * What a recursive bind mount has below it is unmounted with it, and where it was bound from,
     * too, unless it is private first. Not done without need: it would ask a server that is gone.
     */
    private void keepOthersMounts() throws IOException {
        if (MountTable.read().under(directory).size() > 1) {
            Mounts.propagate(directory, Propagation.PRIVATE, true);
        }
    }
}
