package jong.manager.unpack;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import jong.linux.codecs.RawInflater;
import jong.manager.tar.TarReader;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/**
 * Undoes the compression of archives, told by their first bytes, whatever their media type says.
 *
 * <p>Everything happens in this process: no program of the host or of an image is ever started on
 * foreign bytes. What a decompressor holds in memory is limited whatever the bytes say.
 */
public final class Compression {

    /** One block of tar, longer than all magic numbers. */
    private static final int PEEKED_BYTES = 512;

    /** Windows of 32 MiB, outside of the heap: the largest that builders of images make. */
    private static final int ZSTD_WINDOW_LOG = 25;

    private Compression() {}

    /**
     * The bytes behind gzip, zstd, bzip2 or xz, several streams in a row too, or the bytes as they
     * are. Damaged bytes end in an {@link IOException} while they are read.
     *
     * @param in closed with the result
     */
    public static InputStream decompressed(InputStream in) throws IOException {
        byte[] magic = in.readNBytes(PEEKED_BYTES);
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(magic), in);
        if (TarReader.isArchive(magic)) {
            return whole; // The name of its first file may begin as a magic number does.
        }
        if (startsWith(magic, 0x1f, 0x8b)) {
            return new GzipInputStream(whole, RawInflater.open());
        }
        if (startsWith(magic, 0x28, 0xb5, 0x2f, 0xfd) || isSkippableFrame(magic)) {
            return new ZstdInputStreamNoFinalizer(whole).setLongMax(ZSTD_WINDOW_LOG);
        }
        if (startsWith(magic, 'B', 'Z', 'h')) {
            return new BZip2CompressorInputStream(whole, true);
        }
        if (startsWith(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return XzStreams.open(magic, whole);
        }
        return whole;
    }

    /**
     * As {@link #decompressed(InputStream)}; ends in an {@link IOException} once more comes out
     * than is allowed.
     */
    public static InputStream decompressed(InputStream in, UnpackLimits limits) throws IOException {
        var compressed = new CountedInputStream(in, _ -> {});
        return new LimitedInputStream(decompressed(compressed), compressed, limits);
    }

    /**
     * As {@link #decompressed(InputStream, UnpackLimits)}, of a stream that stays the caller's.
     *
     * @param in left open when the result is closed, which frees the decompressor's memory
     */
    public static InputStream decompressedBehind(InputStream in, UnpackLimits limits)
            throws IOException {
        return decompressed(new UnclosedInputStream(in), limits);
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
