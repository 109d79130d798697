package jong.linux.codecs;

import java.util.zip.DataFormatException;

/**
 * Undoes DEFLATE (RFC 1951, without a wrapper) piece by piece. Used by one thread.
 *
 * <pre>{@code
 * try (var inflater = RawInflater.open()) {
 *     while (!inflater.finished()) {
 *         if (inflater.needsInput()) {
 *             inflater.input(buffer, 0, in.read(buffer));
 *         }
 *         out.write(target, 0, inflater.inflate(target, 0, target.length));
 *     }
 * }
 * }</pre>
 */
public sealed interface RawInflater extends AutoCloseable permits IsalInflater, JdkInflater {

    /** ISA-L's where the machine has it, 2 to 3 times as fast; otherwise the JDK's zlib. */
    static RawInflater open() {
        return IsalInflater.isAvailable() ? new IsalInflater() : new JdkInflater();
    }

    /** The next compressed bytes; those before must have been used up ({@link #needsInput}). */
    void input(byte[] source, int start, int length);

    /**
     * Decompresses what fits.
     *
     * @return how many bytes came out; 0 if there must be more input, or at the end
     * @throws DataFormatException if the input is no such stream
     */
    int inflate(byte[] target, int start, int length) throws DataFormatException;

    /** Whether all input was used and the stream goes on. */
    boolean needsInput();

    /** Whether the stream came to its end and all of it came out. */
    boolean finished();

    /**
     * Bytes of the input that were not used; after the end, what follows the stream. Up to 8 of
     * them may be the last of the input before the present one.
     */
    int remainingInput();

    /** Starts a further stream, with no input. */
    void reset();

    @Override
    void close();
}
