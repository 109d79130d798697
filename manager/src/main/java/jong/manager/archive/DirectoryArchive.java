package jong.manager.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import jong.linux.files.Directory;
import jong.manager.diff.TreeArchive;
import jong.manager.tar.TarWriter;

/**
 * A directory as an archive that brings back all of it: also the directory's own owner, permissions
 * and attributes, which stand in it as {@code ./}.
 */
public final class DirectoryArchive {

    private static final Extraction WHOLE = new Extraction(false, Optional.empty(), true);

    private DirectoryArchive() {}

    /**
     * Packs a directory, which may be in use. What cannot be read ends it all: nobody shall take
     * half of a directory for the whole.
     *
     * @param out should be buffered; flushed and left open
     */
    public static void pack(Directory directory, OutputStream out) throws IOException {
        var tar = new TarWriter(out);
        new TreeArchive(tar).addDirectory(".", directory);
        tar.close();
    }

    /**
     * Unpacks an archive, compressed or not, into an empty directory. No name in it leads out of
     * the directory.
     *
     * @param archive left open
     */
    public static void unpack(InputStream archive, Directory empty) throws IOException {
        new TreeExtract(empty, empty, "/", WHOLE).extract(archive);
    }
}
