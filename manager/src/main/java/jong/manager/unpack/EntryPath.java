package jong.manager.unpack;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A name of an archive, cleaned by text alone: relative, without empty parts, {@code .} or {@code
 * ..}.
 *
 * @param parent the directory, {@code ""} for the root
 * @param name the last part; {@code ""} for the root itself
 */
public record EntryPath(String parent, String name) {

    private static final int MAX_LENGTH = 4096;

    /** Cleans a name; refuses one that leads above the root, as docker does. */
    public static EntryPath of(String raw) throws IOException {
        if (raw.length() > MAX_LENGTH) {
            throw new IOException("name of " + raw.length() + " characters in archive");
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : raw.split("/")) {
            switch (part) {
                case "", "." -> {}
                case ".." -> {
                    if (parts.pollLast() == null) {
                        throw new IOException(
                                "invalid path \"" + raw + "\": it leads outside of the archive");
                    }
                }
                default -> parts.add(part);
            }
        }
        String name = parts.isEmpty() ? "" : parts.removeLast();
        return new EntryPath(String.join("/", parts), name);
    }

    /** Whether this is the directory that all others are in. */
    public boolean isRoot() {
        return name.isEmpty();
    }

    /** The whole path. */
    @Override
    public String toString() {
        return parent.isEmpty() ? name : parent + "/" + name;
    }
}
