package jong.api;

/**
 * The streams inside Docker's multiplexed stream ({@code
 * application/vnd.docker.multiplexed-stream}): every frame is a header of 8 bytes, {@code [stream]
 * [0 0 0][length, 32 bits, big-endian]}, and then that many bytes of data.
 */
public enum StdStream {
    /** Standard input; daemons never send it. */
    STDIN(0),
    /** Standard output. */
    STDOUT(1),
    /** Standard error. */
    STDERR(2),
    /** An error of the daemon itself; its text ends the stream. */
    SYSTEM_ERROR(3);

    /** Bytes of a frame's header. */
    public static final int HEADER_BYTES = 8;

    private static final StdStream[] BY_CODE = {STDIN, STDOUT, STDERR, SYSTEM_ERROR};

    private final byte code;

    StdStream(int code) {
        this.code = (byte) code;
    }

    /**
     * The stream that a header's first byte names.
     *
     * @throws IllegalArgumentException if no stream has this code
     */
    public static StdStream of(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("Unrecognized input header: " + code);
        }
        return BY_CODE[code];
    }

    /** Writes the header of a frame of {@code length} bytes into {@code target} at {@code at}. */
    public void putHeader(byte[] target, int at, int length) {
        target[at] = code;
        target[at + 1] = 0;
        target[at + 2] = 0;
        target[at + 3] = 0;
        target[at + 4] = (byte) (length >>> 24);
        target[at + 5] = (byte) (length >>> 16);
        target[at + 6] = (byte) (length >>> 8);
        target[at + 7] = (byte) length;
    }

    /** The header of a frame of {@code length} bytes. */
    public byte[] header(int length) {
        byte[] header = new byte[HEADER_BYTES];
        putHeader(header, 0, length);
        return header;
    }
}
