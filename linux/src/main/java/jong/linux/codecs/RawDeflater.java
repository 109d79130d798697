package jong.linux.codecs;

/**
 * Makes DEFLATE streams (RFC 1951, without a wrapper), each out of bytes that are there as a whole,
 * as small as {@code gzip -6} does. Used by one thread.
 *
 * <pre>{@code
 * try (var deflater = RawDeflater.open()) {
 *     byte[] stream = new byte[RawDeflater.bound(bytes.length)];
 *     int length = deflater.deflate(bytes, bytes.length, stream, 0);
 * }
 * }</pre>
 */
public sealed interface RawDeflater extends AutoCloseable permits LibdeflateDeflater, JdkDeflater {

    /** libdeflate's where the machine has it, 3 times as fast; otherwise the JDK's zlib. */
    static RawDeflater open() {
        return LibdeflateDeflater.isAvailable() ? new LibdeflateDeflater() : new JdkDeflater();
    }

    /** How many bytes the stream of so many has at most, if they cannot be made smaller. */
    static int bound(int length) {
        return length + length / 256 + 64;
    }

    /**
     * Compresses bytes to one stream.
     *
     * @param length how many of {@code source}, from its beginning
     * @param target has room for {@link #bound}
     * @param start where in {@code target} the stream begins
     * @return how many bytes the stream has
     */
    int deflate(byte[] source, int length, byte[] target, int start);

    @Override
    void close();
}
