package jong.manager.unpack;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.zip.GZIPInputStream;
import jong.wire.status.StatusException;

/**
 * Undoes the compression of archives, told by their first bytes, whatever their media type says.
 */
public final class Compression {

    private static final int LONGEST_MAGIC = 6;
    private static final int GZIP_BUFFER = 64 * 1024;

    private Compression() {}

    /**
     * The bytes behind gzip or zstd, or the bytes as they are.
     *
     * @throws StatusException.Unimplemented for bzip2 and xz
     */
    public static InputStream decompressed(InputStream in) throws IOException {
        byte[] magic = in.readNBytes(LONGEST_MAGIC);
        InputStream whole =
                new SequenceInputStream(new ByteArrayInputStream(magic), in) {
                    @Override
                    public int available() throws IOException {
                        // GZIPInputStream asks this to find a further member.
                        return super.available() + in.available();
                    }
                };
        if (startsWith(magic, 0x1f, 0x8b)) {
            return new GZIPInputStream(whole, GZIP_BUFFER);
        }
        if (startsWith(magic, 0x28, 0xb5, 0x2f, 0xfd) || isSkippableFrame(magic)) {
            return new ZstdInputStreamNoFinalizer(whole);
        }
        if (startsWith(magic, 'B', 'Z', 'h')) {
            throw new StatusException.Unimplemented("archives compressed by bzip2 are not read");
        }
        if (startsWith(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            throw new StatusException.Unimplemented("archives compressed by xz are not read");
        }
        return whole;
    }

    private static boolean isSkippableFrame(byte[] magic) {
        return magic.length >= 4
                && (magic[0] & 0xf0) == 0x50
                && startsWith(magic, magic[0] & 0xff, 0x2a, 0x4d, 0x18);
    }

    private static boolean startsWith(byte[] magic, int... wanted) {
        if (magic.length < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if ((magic[i] & 0xff) != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
