package jong.manager.unpack;

import java.io.IOException;

/**
 * How much may be kept of a layer until its end: an entry of an archive compresses to nearly
 * nothing, whatever it makes this process remember. What later entries replace is not given back.
 */
final class LayerMemory {

    /** Three layers are unpacked at a time, in a heap of 256 MiB. */
    static final long MOST_BYTES = 32 << 20;

    /** A place in a sorted map, a string, and a number. */
    private static final int ENTRY_BYTES = 120;

    private long left = MOST_BYTES;

    /** Counts a path and the characters of what is kept with it, two bytes for each. */
    void add(String path, int moreCharacters) throws IOException {
        left -= ENTRY_BYTES + 2L * (path.length() + moreCharacters);
        if (left < 0) {
            throw new IOException(
                    "layer has more than "
                            + MOST_BYTES
                            + " bytes of names of directories and links");
        }
    }
}
