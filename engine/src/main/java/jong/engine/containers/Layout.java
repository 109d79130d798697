package jong.engine.containers;

import java.nio.file.Path;

/**
 * Where containers have their files.
 *
 * @param root the engine's data root
 * @param initProgram the program that {@code --init} makes pid 1
 */
public record Layout(Path root, Path initProgram) {

    /** The program of the built-in image; it is installed beside the other one. */
    Path helloProgram() {
        return initProgram.resolveSibling("hello");
    }

    Path containers() {
        return root.resolve("containers");
    }

    /** A container's own directory. */
    public Path directory(String id) {
        return containers().resolve(id);
    }

    /** The log that {@code docker logs} reads. */
    Path log(String id) {
        return directory(id).resolve(id + "-json.log");
    }

    /**
     * An empty directory: each container mounts its root there, in a mount namespace of its own, so
     * one is enough for all.
     */
    Path mountTarget() {
        return root.resolve("rootfs");
    }
}
