package jong.manager.unpack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;

/** Finds what a directory looks like in the layers below, and makes it look so in a layer. */
final class Inheritance implements AutoCloseable {

    /**
     * Parts of a path are not followed through symlinks: overlayfs merges no directory with one.
     */
    private static final OpenHow PLAIN =
            OpenHow.directory().beneath().withoutSymlinks().withoutFollowing();

    private static final OpenHow FILE =
            OpenHow.path().beneath().withoutSymlinks().withoutFollowing();

    private final Directory layer;
    private final List<Directory> lowers = new ArrayList<>();

    Inheritance(Path layer, List<Path> lowers) throws IOException {
        this.layer = Directory.open(layer);
        try {
            for (Path lower : lowers) {
                this.lowers.add(Directory.open(lower));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Copies owner, permissions, attributes and times from the topmost layer that shows it. */
    void apply(String path) throws IOException {
        for (Directory lower : lowers) {
            Optional<Fd> found = open(lower, path);
            if (found.isPresent()) {
                try (Fd source = found.get();
                        Fd target = open(layer, path).orElseThrow()) {
                    copy(source, target);
                }
                return;
            }
            if (hidesWhatIsBelow(lower, path)) {
                return;
            }
        }
    }

    /**
     * Makes hard links to files of the layers below, as overlayfs would: the file is copied up
     * first, unless the layer has something else in its place.
     *
     * @return directories that were made for it, parents first
     */
    Set<String> link(Map<String, String> links) throws IOException {
        try (var writer = new LowerLinks(layer)) {
            for (Map.Entry<String, String> link : links.entrySet()) {
                try (Fd source =
                        find(link.getValue())
                                .orElseThrow(
                                        () -> LowerLinks.missing(link.getKey(), link.getValue()))) {
                    writer.link(EntryPath.of(link.getKey()), EntryPath.of(link.getValue()), source);
                }
            }
            return writer.finish();
        }
    }

    /** The topmost file that shows under this path, opened by its place only. */
    private Optional<Fd> find(String path) throws IOException {
        for (Directory lower : lowers) {
            Optional<Fd> found = open(lower, path, FILE);
            if (found.isPresent()) {
                Stat stat = found.get().stat();
                if (stat.type() == FileType.CHARACTER_DEVICE && stat.specialDevice() == 0) {
                    found.get().close();
                    return Optional.empty();
                }
                return found;
            }
            if (hidesWhatIsBelow(lower, path)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        layer.close();
        lowers.forEach(Directory::close);
    }

    private static Optional<Fd> open(Directory directory, String path) throws IOException {
        return open(directory, path, PLAIN);
    }

    private static Optional<Fd> open(Directory directory, String path, OpenHow how)
            throws IOException {
        try {
            return Optional.of(directory.open(path.isEmpty() ? "." : path, how));
        } catch (ErrnoException e) {
            return switch (e.errno()) {
                case ENOENT, ENOTDIR, ELOOP -> Optional.empty();
                default -> throw e;
            };
        }
    }

    /** Whether a part of the path is a file here, a whiteout, or in an opaque directory. */
    private static boolean hidesWhatIsBelow(Directory lower, String path) throws IOException {
        String[] parts = path.split("/");
        var prefix = new StringBuilder();
        for (String part : parts) {
            String parent = prefix.isEmpty() ? "." : prefix.toString();
            try (Fd directory = lower.open(parent, PLAIN)) {
                if (directory.attributes().get(LayerWriter.OPAQUE).isPresent()) {
                    return true;
                }
            } catch (ErrnoException e) {
                return e.errno() != Errno.ENOENT;
            }
            prefix.append(prefix.isEmpty() ? "" : "/").append(part);
        }
        return open(lower, path).isEmpty() && exists(lower, path);
    }

    private static boolean exists(Directory lower, String path) throws IOException {
        try (Fd _ = lower.open(path, OpenHow.path().beneath().withoutFollowing())) {
            return true;
        } catch (ErrnoException e) {
            return e.errno() != Errno.ENOENT;
        }
    }

    /** Copies what a descriptor can be used for: everything but the content. */
    static void copy(Fd source, Fd target) throws IOException {
        Stat stat = source.stat();
        target.changeOwner(stat.uid(), stat.gid());
        target.changeMode(stat.permissions());
        for (String name : source.attributes().names()) {
            Optional<byte[]> value =
                    name.startsWith("trusted.overlay.")
                            ? Optional.empty()
                            : source.attributes().get(name);
            if (value.isPresent()) {
                target.attributes().set(name, value.get());
            }
        }
        target.setTimes(stat.accessTimeNanos(), stat.modificationTimeNanos());
    }
}
