package jong.runtime.validate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jong.runtime.resctrl.ResourceDirector;

/** The machine that we run on, as its kernel's files tell. */
final class LocalHost implements Host {

    static final LocalHost INSTANCE = new LocalHost();

    private static final Path OWN_NETWORK = Path.of("/proc/self/ns/net");

    private LocalHost() {}

    @Override
    public boolean selinux() {
        return Files.exists(Path.of("/sys/fs/selinux/enforce"));
    }

    @Override
    public boolean apparmor() {
        try {
            return Files.readString(Path.of("/sys/module/apparmor/parameters/enabled"))
                    .startsWith("Y");
        } catch (IOException _) {
            return false; // A kernel without the module has no such file.
        }
    }

    @Override
    public boolean hasNamespace(String file) {
        return Files.exists(Path.of("/proc/self/ns", file));
    }

    @Override
    public boolean isOwnNetwork(Path namespace) throws IOException {
        return Files.isSameFile(OWN_NETWORK, namespace);
    }

    @Override
    public boolean resctrl() {
        return director().isPresent();
    }

    @Override
    public boolean resctrlShares(String resource) {
        return director().map(director -> director.shares(resource)).orElse(false);
    }

    private static Optional<ResourceDirector> director() {
        try {
            return ResourceDirector.local();
        } catch (IOException _) {
            return Optional.empty(); // Without procfs, nothing else will work either.
        }
    }
}
