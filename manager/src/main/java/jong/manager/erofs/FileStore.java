package jong.manager.erofs;

import java.io.IOException;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;

/** Decides where the data of regular files will be. */
interface FileStore {

    /**
     * Takes the data of an entry.
     *
     * @param tar stands before the entry's content, which may be read or left
     * @throws UnmountableLayerException if an image cannot have such a file
     */
    FileData store(TarEntry entry, TarReader tar) throws IOException;
}
