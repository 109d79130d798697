package jong.manager.unpack;

import java.io.IOException;
import java.nio.file.Path;
import jong.linux.files.Directory;
import jong.linux.files.Fd;

/** Tells where open files are below a directory: by paths without symlinks. */
final class RealPaths implements AutoCloseable {

    private final Directory descriptors;
    private final String root;

    /** The root stays the caller's. */
    RealPaths(Directory root) throws IOException {
        this.descriptors = Directory.open(Path.of("/proc/self/fd"));
        this.root = absolute(root.fd());
    }

    /** The path of an open file; {@code ""} for the root. */
    String of(Fd file) throws IOException {
        String path = absolute(file);
        if (path.equals(root)) {
            return "";
        }
        if (!path.startsWith(root + "/")) {
            throw new IOException(path + " is not below " + root);
        }
        return path.substring(root.length() + 1);
    }

    /** The path of a file by its name in an open directory. */
    String of(Directory directory, String name) throws IOException {
        return new EntryPath(of(directory.fd()), name).toString();
    }

    @Override
    public void close() {
        descriptors.close();
    }

    private String absolute(Fd file) throws IOException {
        return descriptors.readSymlink(Integer.toString(file.number()));
    }
}
