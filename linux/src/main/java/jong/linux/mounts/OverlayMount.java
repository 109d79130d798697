package jong.linux.mounts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;

/**
 * An overlayfs to be mounted: any number of lower directories, since each is handed over by itself
 * ({@code lowerdir+}, Linux 6.8; by descriptor since 6.13) instead of in one page of options.
 *
 * @param lowers read-only directories, topmost first; at least one
 * @param upper where changes go; empty for a read-only mount, which needs two lowers
 * @param options further options: {@code key} or {@code key=value}, such as {@code userxattr}
 */
public record OverlayMount(List<Path> lowers, Optional<Upper> upper, List<String> options) {
    private static final int MOUNT_ATTR_RDONLY = 1;
    private static final int LONGEST_PLAIN_PATH = 85; // An option takes 255 bytes; UTF-8.

    /**
     * The writable layer.
     *
     * @param directory receives the changes
     * @param work an empty directory on the same file system, for overlayfs alone
     */
    public record Upper(Path directory, Path work) {}

    /** Copies the lists. */
    public OverlayMount {
        lowers = List.copyOf(lowers);
        options = List.copyOf(options);
        if (lowers.isEmpty()) {
            throw new IllegalArgumentException("an overlay needs a lower directory");
        }
    }

    /**
     * Mounts it at an existing directory. One lower and no upper, which overlayfs refuses, becomes
     * a read-only bind mount.
     *
     * @throws ErrnoException of the step that failed, with the kernel's words where it gave some
     */
    public void mount(Path target) throws IOException {
        if (upper.isEmpty() && lowers.size() == 1) {
            bindReadOnly(target);
            return;
        }
        configure(overlay -> overlay.attach(target, upper.isPresent() ? 0 : MOUNT_ATTR_RDONLY));
    }

    /**
     * Whether the kernel can do it, without mounting anything anywhere.
     *
     * @throws ErrnoException as {@link #mount}
     */
    public void tryOut() throws IOException {
        configure(NewMount::create);
    }

    /** What is done with a file system once all options are set. */
    private interface Use {
        void of(NewMount overlay) throws ErrnoException;
    }

    private void configure(Use use) throws ErrnoException {
        var opened = new ArrayList<Directory>();
        try (var overlay = new NewMount("overlay")) {
            for (var lower : lowers) {
                addLayer(overlay, "lowerdir+", lower, opened);
            }
            if (upper.isPresent()) {
                addLayer(overlay, "upperdir", upper.get().directory(), opened);
                addLayer(overlay, "workdir", upper.get().work(), opened);
            }
            for (var option : options) {
                addOption(overlay, option);
            }
            overlay.option("source", "overlay");
            use.of(overlay);
        } finally {
            opened.forEach(Directory::close);
        }
    }

    /** By its path where that fits, so that the mount table shows it; else by descriptor. */
    private static void addLayer(NewMount overlay, String key, Path path, List<Directory> opened)
            throws ErrnoException {
        if (path.toString().length() <= LONGEST_PLAIN_PATH) {
            overlay.option(key, path.toString());
            return;
        }
        var directory = Directory.open(path);
        opened.add(directory);
        if (!overlay.tryOption(key, directory.fd())) { // Before Linux 6.13.
            overlay.option(key, directory.fd().procPath());
        }
    }

    private static void addOption(NewMount overlay, String option) throws ErrnoException {
        int equals = option.indexOf('=');
        if (equals < 0) {
            overlay.flag(option);
        } else {
            overlay.option(option.substring(0, equals), option.substring(equals + 1));
        }
    }

    private void bindReadOnly(Path target) throws ErrnoException {
        Mounts.bind(lowers.getFirst(), target, false);
        try {
            Mounts.remountBind(target, Set.of(MountFlag.READ_ONLY));
        } catch (ErrnoException e) {
            Mounts.detach(target);
            throw e;
        }
    }
}
