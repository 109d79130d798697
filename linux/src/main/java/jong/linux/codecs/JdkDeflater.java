package jong.linux.codecs;

import java.util.zip.Deflater;

/** The JDK's own. */
final class JdkDeflater implements RawDeflater {

    private static final int LEVEL = 6;

    private final Deflater deflater = new Deflater(LEVEL, true);

    @Override
    public int deflate(byte[] source, int length, byte[] target, int start) {
        deflater.reset();
        deflater.setInput(source, 0, length);
        deflater.finish();
        int done = 0;
        while (!deflater.finished()) {
            done += deflater.deflate(target, start + done, target.length - start - done);
        }
        return done;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
