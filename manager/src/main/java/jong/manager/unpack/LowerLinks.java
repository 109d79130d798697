package jong.manager.unpack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;

/** Puts hard links to files of layers below into a layer, with the files themselves. */
final class LowerLinks implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 * 1024;

    private final OpenParents parents;

    /** Where the layer has a copy of a file already, by the file's path below. */
    private final Map<EntryPath, EntryPath> copies = new LinkedHashMap<>();

    /** Times of the directories that links went into, as the archive had set them. */
    private final Map<String, Stat> changed = new LinkedHashMap<>();

    /** The layer's root stays the caller's. */
    LowerLinks(Directory layer) throws IOException {
        this.parents = new OpenParents(layer, new LayerMemory());
    }

    static IOException missing(String link, String target) {
        return new IOException(
                "cannot link "
                        + link
                        + " to "
                        + target
                        + ": neither this layer nor one below has it");
    }

    /**
     * Makes one link.
     *
     * @param target the path below
     * @param source the file there, opened by {@link OpenHow#path}
     */
    void link(EntryPath path, EntryPath target, Fd source) throws IOException {
        Optional<Stat> old = enter(path).statIfExists(path.name());
        if (old.isPresent()) {
            if (!isWhiteout(old.get())) {
                return; // A later entry of the archive took the name.
            }
            enter(path).unlink(path.name());
        }
        EntryPath copy = copies.get(target);
        if (copy == null) {
            boolean free = enter(target).statIfExists(target.name()).isEmpty();
            copy = free ? target : path;
            copyUp(copy, source);
            copies.put(target, copy);
        }
        if (!copy.equals(path)) {
            try (Directory from = parents.existing(copy.parent())) {
                enter(path).makeLink(path.name(), from, copy.name());
            }
        }
    }

    /**
     * Sets times back.
     *
     * @return directories that had to be made
     */
    Set<String> finish() throws IOException {
        for (Map.Entry<String, Stat> directory : changed.entrySet()) {
            Stat stat = directory.getValue();
            parents.get(directory.getKey())
                    .fd()
                    .setTimes(stat.accessTimeNanos(), stat.modificationTimeNanos());
        }
        return parents.implicit();
    }

    @Override
    public void close() {
        parents.close();
    }

    /** The directory that a path is in, whose times will be set back. */
    private Directory enter(EntryPath path) throws IOException {
        Directory directory = parents.get(path.parent());
        if (!changed.containsKey(path.parent())) {
            changed.put(path.parent(), directory.fd().stat());
        }
        return directory;
    }

    private void copyUp(EntryPath path, Fd source) throws IOException {
        Directory parent = enter(path);
        Stat stat = source.stat();
        switch (stat.type()) {
            case REGULAR -> copyFile(parent, path.name(), source);
            case SYMLINK -> {
                parent.makeSymlink(path.name(), source.readSymlink());
                copyAttributes(parent, path.name(), stat);
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
                parent.makeNode(path.name(), stat.type(), 0600, stat.specialDevice());
                parent.changeMode(path.name(), stat.permissions());
                copyAttributes(parent, path.name(), stat);
            }
            case DIRECTORY, SOCKET, UNKNOWN ->
                    throw new IOException("cannot link to " + path + ", a " + stat.type());
        }
    }

    private static void copyFile(Directory parent, String name, Fd source) throws IOException {
        try (Fd content = Fd.open(Path.of(source.procPath()), OpenHow.reading());
                Fd target = parent.create(name, 0600)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            while (content.read(buffer) > 0) {
                target.writeFully(buffer.flip());
                buffer.clear();
            }
            Inheritance.copy(source, target);
        }
    }

    private static void copyAttributes(Directory parent, String name, Stat stat)
            throws IOException {
        parent.changeOwner(name, stat.uid(), stat.gid());
        parent.setTimes(name, stat.accessTimeNanos(), stat.modificationTimeNanos());
    }

    private static boolean isWhiteout(Stat stat) {
        return stat.type() == FileType.CHARACTER_DEVICE && stat.specialDevice() == 0;
    }
}
