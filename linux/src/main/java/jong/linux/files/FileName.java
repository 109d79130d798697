package jong.linux.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;

/**
 * File names between the kernel's bytes and Java's strings, without loss.
 *
 * <p>Linux names are bytes, mostly UTF-8. A byte that is not part of valid UTF-8 becomes the lone
 * surrogate U+DC00 + byte (Python's {@code surrogateescape}), and comes back as that byte.
 */
public final class FileName {
    private FileName() {}

    /** The string for a name's bytes. */
    public static String decode(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return decodeAny(bytes);
            }
        }
        return new String(bytes, ISO_8859_1); // Nearly all names are ASCII.
    }

    private static String decodeAny(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        var decoder =
                UTF_8.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (result.isUnderflow()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (0xDC00 | (in.get() & 0xFF)));
            }
        }
    }

    /**
     * The bytes of a name.
     *
     * @throws ErrnoException EILSEQ when the string has lone surrogates that no byte stands behind
     */
    public static byte[] encode(String name) throws ErrnoException {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 0x80) {
                return encodeAny(name);
            }
        }
        return name.getBytes(ISO_8859_1);
    }

    private static byte[] encodeAny(String name) throws ErrnoException {
        try {
            var buffer = UTF_8.newEncoder().encode(CharBuffer.wrap(name));
            var bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            return encodeEscaped(name);
        }
    }

    /** Native memory with the name and a final NUL. A name with a NUL inside is refused. */
    static MemorySegment allocate(Arena arena, String name) throws ErrnoException {
        if (name.indexOf('\0') >= 0) {
            throw new ErrnoException("path", name.replace('\0', '?'), Errno.EINVAL.number());
        }
        return NativeCall.terminated(arena, encode(name));
    }

    private static byte[] encodeEscaped(String name) throws ErrnoException {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < name.length(); ) {
            int codePoint = name.codePointAt(i);
            i += Character.charCount(codePoint);
            if (codePoint >= 0xDC80 && codePoint <= 0xDCFF) {
                out.write(codePoint & 0xFF);
            } else if (codePoint >= 0xD800 && codePoint <= 0xDFFF) {
                throw new ErrnoException("path", name, Errno.EILSEQ.number());
            } else {
                out.writeBytes(Character.toString(codePoint).getBytes(UTF_8));
            }
        }
        return out.toByteArray();
    }
}
