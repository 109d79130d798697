package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jong.wire.status.StatusException.Internal;

/** Volumes that are directories without files; who uses and holds them is kept in memory. */
final class DirectoryVolumes implements ContainerVolumes {

    /** Ids of containers, by the volume that they have. */
    final Map<String, Set<String>> users = new ConcurrentHashMap<>();

    /** The holds, {@code NAME of CONTAINER/DESTINATION}. */
    final Set<String> held = ConcurrentHashMap.newKeySet();

    /** From now on no driver answers. */
    volatile boolean refuse;

    /** The volume that cannot be unmounted. */
    volatile String stuck = "";

    /** Done in place of filling a volume in one step. */
    volatile Runnable whileFilled = () -> {};

    private final Path root;

    DirectoryVolumes(Path root) {
        this.root = root;
    }

    @Override
    public Volume acquire(Request request, String containerId) {
        Path directory = root.resolve(request.name());
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        users.computeIfAbsent(request.name(), _ -> ConcurrentHashMap.newKeySet()).add(containerId);
        String driver = request.driver().isEmpty() ? "local" : request.driver();
        return new Volume(request.name(), driver, directory);
    }

    @Override
    public void release(String name, String containerId) {
        users.getOrDefault(name, Set.of()).remove(containerId);
    }

    @Override
    public Path mount(String name, String holder) {
        if (refuse) {
            throw new Internal("error while mounting volume '': no answer");
        }
        held.add(name + " of " + holder);
        return root.resolve(name);
    }

    @Override
    public boolean unmount(String name, String holder) {
        if (name.equals(stuck)) {
            throw new Internal("error unmounting volume " + name + ": device is busy");
        }
        return held.remove(name + " of " + holder);
    }

    @Override
    public boolean fill(String name, String holder, Filler filler) {
        whileFilled.run();
        return false;
    }

    @Override
    public void unmountUnheld() {}

    @Override
    public void removeIfUnused(String name) {
        if (refuse) {
            throw new Internal("remove " + name + ": no answer");
        }
        users.remove(name);
    }
}
