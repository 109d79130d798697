package jong.linux.codecs;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The JDK's own. */
final class JdkInflater implements RawInflater {

    private final Inflater inflater = new Inflater(true);

    @Override
    public void input(byte[] source, int start, int length) {
        inflater.setInput(source, start, length);
    }

    @Override
    public int inflate(byte[] target, int start, int length) throws DataFormatException {
        int count = inflater.inflate(target, start, length);
        if (count == 0 && inflater.needsDictionary()) {
            throw new DataFormatException("needs a dictionary");
        }
        return count;
    }

    @Override
    public boolean needsInput() {
        return inflater.needsInput() && !inflater.finished();
    }

    @Override
    public boolean finished() {
        return inflater.finished();
    }

    @Override
    public int remainingInput() {
        return inflater.getRemaining();
    }

    @Override
    public void reset() {
        inflater.reset();
    }

    @Override
    public void close() {
        inflater.end();
    }
}
