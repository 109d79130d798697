package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Options of overlayfs that this kernel has on by default and that snapshots cannot bear. */
final class KernelOptions {

    private static final Path PARAMETERS = Path.of("/sys/module/overlay/parameters");

    /**
     * With {@code index}, an upper directory belongs to its first lower directories for ever; with
     * {@code redirect_dir} and {@code metacopy}, it cannot be read without them.
     */
    private static final List<String> UNBEARABLE = List.of("index", "redirect_dir", "metacopy");

    private KernelOptions() {}

    /** The options to mount overlays with, such as {@code index=off}; mostly none. */
    static List<String> overlay() {
        List<String> options = new ArrayList<>();
        for (String name : UNBEARABLE) {
            try {
                if (Files.readString(PARAMETERS.resolve(name)).startsWith("Y")) {
                    options.add(name + "=off");
                }
            } catch (IOException _) {
                // The module is not loaded, or its kernel does not know the option: it is off.
            }
        }
        return options;
    }
}
