package jong.engine.containers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;

/**
 * A small text file of the daemon's that is mounted into a running container, such as /etc/hosts:
 * it is changed in place, and what the container has written into it may be anything, of any size.
 */
public final class MountedText {

    /** What is larger is left alone, bytes: a hosts file of some ten thousand lines. */
    static final int LARGEST = 1024 * 1024;

    private static final Logger LOG = System.getLogger(MountedText.class.getName());
    private static final OpenHow HOW = OpenHow.readingAndWriting().withoutFollowing().nonBlocking();

    private MountedText() {}

    /**
     * Changes the file's text. One that is larger than 1 MiB, or no regular file, stays as it is,
     * with a warning in the log.
     *
     * @param change is given the text and gives the new one; one character stands for one byte, so
     *     that bytes that are no UTF-8 survive, see {@link #bytes}
     */
    public static void edit(Path file, UnaryOperator<String> change) throws IOException {
        try (var fd = Fd.open(file, HOW)) {
            Optional<String> before = read(fd);
            if (before.isEmpty()) {
                LOG.log(
                        Level.WARNING,
                        "{0} is left as it is: it is no regular file of at most {1} bytes",
                        file,
                        Integer.toString(LARGEST));
                return;
            }
            String after = change.apply(before.get());
            if (!after.equals(before.get())) {
                fd.truncate(0);
                writeFromStart(fd, after);
            }
        }
    }

    /** A text with one character for each byte of its UTF-8. */
    public static String bytes(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    private static Optional<String> read(Fd fd) throws IOException {
        var stat = fd.stat();
        if (stat.type() != FileType.REGULAR || stat.size() > LARGEST) {
            return Optional.empty();
        }
        // One byte more than is wanted tells that the file has grown since.
        ByteBuffer content = ByteBuffer.allocate((int) stat.size() + 1);
        int count = 1;
        while (content.hasRemaining() && count > 0) {
            count = fd.readAt(content, content.position());
        }
        return content.hasRemaining()
                ? Optional.of(new String(content.array(), 0, content.position(), ISO_8859_1))
                : Optional.empty();
    }

    private static void writeFromStart(Fd fd, String text) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        while (content.hasRemaining()) {
            fd.writeAt(content, content.position());
        }
    }
}
