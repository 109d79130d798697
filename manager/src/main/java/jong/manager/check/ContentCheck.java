package jong.manager.check;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import jong.manager.check.Damage.Kind;
import jong.oci.Digest;
import jong.oci.content.ContentInfo;
import jong.oci.content.ContentReader;
import jong.oci.content.ContentStore;
import jong.wire.status.StatusException;

/** Reads all content and compares its digests. */
final class ContentCheck {

    private static final int BUFFER_BYTES = 256 * 1024;

    private final ContentStore content;
    private int count;
    private long bytes;

    ContentCheck(ContentStore content) {
        this.content = content;
    }

    List<Damage> run() throws IOException {
        List<Damage> found = new ArrayList<>();
        for (ContentInfo info : content.list()) {
            String problem = problem(info.digest());
            if (!problem.isEmpty()) {
                found.add(
                        new Damage(
                                Kind.CONTENT_CORRUPT,
                                info.digest().toString(),
                                "content " + info.digest() + " is corrupt: " + problem));
            }
        }
        return found;
    }

    /** How many pieces of content were read. */
    int count() {
        return count;
    }

    /** How many bytes were read. */
    long bytes() {
        return bytes;
    }

    /** What is wrong, or nothing. */
    private String problem(Digest digest) {
        MessageDigest hash = digest.newMessageDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (ContentReader reader = content.open(digest);
                InputStream in = reader.stream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
                bytes += n;
            }
        } catch (StatusException.NotFound _) {
            return ""; // Deleted meanwhile.
        } catch (IOException e) {
            return "it cannot be read: " + e.getMessage();
        }
        count++;
        byte[] value = hash.digest();
        return digest.matches(value)
                ? ""
                : "its bytes have " + digest.algorithm() + ":" + HexFormat.of().formatHex(value);
    }
}
