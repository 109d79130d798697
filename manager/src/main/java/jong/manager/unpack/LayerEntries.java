package jong.manager.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import jong.linux.files.FileName;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;

/** Reads a layer's archive: which entries are files, and which are whiteouts (layer.md). */
public final class LayerEntries {

    private static final String WHITEOUT = ".wh.";
    private static final String META = ".wh..wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private LayerEntries() {}

    /**
     * Applies all entries.
     *
     * @param plain the archive without compression; read to its end, also beyond that of the
     *     archive, since what follows is part of the layer's digest
     * @param bottom whether nothing lies below, so that whiteouts have nothing to hide
     * @return bytes of all files
     */
    public static long apply(InputStream plain, LayerTarget target, boolean bottom)
            throws IOException {
        var tar = new TarReader(plain);
        long size = 0;
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            EntryPath path = EntryPath.of(entry.name());
            if (path.name().startsWith(WHITEOUT) || isMeta(path)) {
                hide(path, target, bottom);
            } else {
                target.write(path, entry, tar);
                size +=
                        entry.type() == TarEntry.Type.SYMLINK
                                ? FileName.encode(entry.linkName()).length
                                : entry.size();
            }
        }
        plain.transferTo(OutputStream.nullOutputStream());
        return size;
    }

    /** Whether a part of the path begins as the names of aufs's own files do. */
    private static boolean isMeta(EntryPath path) {
        return ("/" + path).contains("/" + META);
    }

    private static void hide(EntryPath path, LayerTarget target, boolean bottom)
            throws IOException {
        boolean opaque = path.name().equals(OPAQUE);
        if (!opaque && isMeta(path)) {
            return; // Files of aufs's own, in old layers.
        }
        String hidden = path.name().substring(WHITEOUT.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw new IOException("invalid whiteout \"" + path + "\" in layer");
        }
        if (bottom) {
            return;
        }
        if (opaque) {
            target.hideContent(path.parent());
        } else {
            target.hide(new EntryPath(path.parent(), hidden));
        }
    }
}
