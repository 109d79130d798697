package jong.manager.unpack;

import java.io.IOException;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;

/** What the entries of a layer are applied to, in their order. */
public interface LayerTarget {

    /**
     * Puts a file in its place; what an earlier entry put there goes, unless both are directories.
     *
     * @param tar stands before the content of the entry, which may be read or left
     */
    void write(EntryPath path, TarEntry entry, TarReader tar) throws IOException;

    /** Hides what layers below have under this path, unless this layer has a file there. */
    void hide(EntryPath path) throws IOException;

    /** Hides all that layers below have in this directory. */
    void hideContent(String path) throws IOException;
}
