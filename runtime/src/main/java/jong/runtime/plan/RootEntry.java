package jong.runtime.plan;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file in a container's root that no configuration asks for and that programs expect. What the
 * image has at its path stays.
 */
public sealed interface RootEntry {

    /** Where it is, absolute within the root. */
    String path();

    /** What runc makes besides: a link to the image of the memory, where the kernel has one. */
    static List<RootEntry> ofThisKernel() {
        Path memory = Path.of("/proc/kcore");
        return Files.exists(memory) ? List.of(new Link("/dev/core", memory.toString())) : List.of();
    }

    /**
     * A symbolic link.
     *
     * @param path where it is
     * @param target what it says
     */
    record Link(String path, String target) implements RootEntry {}

    /**
     * An empty file.
     *
     * @param path where it is
     * @param permissions its mode, at most 07777
     */
    record EmptyFile(String path, int permissions) implements RootEntry {}
}
