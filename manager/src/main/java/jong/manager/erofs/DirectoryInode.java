package jong.manager.erofs;

import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import jong.linux.files.FileName;
import jong.linux.files.FileType;
import org.jspecify.annotations.Nullable;

/** A directory of a layer. */
final class DirectoryInode extends Inode {

    private static final int MAX_NAME_BYTES = 255;

    /** The most bytes that a character of a string takes in UTF-8. */
    private static final int BYTES_PER_CHARACTER = 3;

    private final @Nullable DirectoryInode parent;
    private final Map<String, Inode> children = new HashMap<>();
    private boolean implicit;

    /** A directory; the root has no parent. */
    DirectoryInode(@Nullable DirectoryInode parent) {
        this.parent = parent;
    }

    @Override
    FileType type() {
        return FileType.DIRECTORY;
    }

    /** The directory that this one is in; the root is in itself. */
    DirectoryInode parent() {
        return parent == null ? this : parent;
    }

    /** Whether the archive has no entry for it. */
    boolean isImplicit() {
        return implicit;
    }

    void implicit(boolean is) {
        implicit = is;
    }

    boolean isOpaque() {
        return attributes().containsKey(AttributeRules.OPAQUE);
    }

    /** The file of that name, or null. */
    @Nullable Inode get(String name) {
        return children.get(name);
    }

    /** Adds a file under a name that is free. */
    void put(String name, Inode file) throws IOException {
        checkName(name);
        children.put(name, file);
    }

    void remove(String name) {
        children.remove(name);
    }

    /** Names and files, in no order. */
    Collection<Map.Entry<String, Inode>> entries() {
        return Collections.unmodifiableSet(children.entrySet());
    }

    /** Refuses a name that is too long for a file, as the kernel does wherever it meets one. */
    static void checkName(String name) throws IOException {
        boolean maybe = name.length() > MAX_NAME_BYTES / BYTES_PER_CHARACTER;
        if (maybe && FileName.encode(name).length > MAX_NAME_BYTES) {
            throw new IOException("file name of more than 255 bytes in layer: " + name);
        }
    }
}
