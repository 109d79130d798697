package jong.manager.images;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.concurrent.FutureTask;
import jong.oci.Digest;
import org.junit.jupiter.api.Test;

class UploadPipeTest {

    private final UploadPipe pipe = new UploadPipe();

    @Test
    void whatGoesInComesOutWithItsDigest() throws Exception {
        byte[] sent = new byte[5_000_000];
        new Random(3).nextBytes(sent);
        var reading = new FutureTask<>(() -> pipe.source().readAllBytes());
        Thread.ofVirtual().start(reading);
        for (int at = 0; at < sent.length; at += 300_000) {
            pipe.write(sent, at, Math.min(300_000, sent.length - at));
        }
        pipe.write(sent, 0, 0); // Nothing, not the end.
        pipe.write('x');
        Digest digest = Digest.sha256(sent);
        pipe.end(digest);
        var expected = new ByteArrayOutputStream();
        expected.write(sent);
        expected.write('x');
        assertThat(reading.get()).isEqualTo(expected.toByteArray());
        assertThat(pipe.digest()).isEqualTo(digest);
    }

    @Test
    void readerFailsWhereTheWriterDid() throws Exception {
        pipe.write("begun".getBytes(US_ASCII));
        var cause = new IOException("disk full");
        pipe.fail(cause);
        InputStream source = pipe.source();
        assertThatThrownBy(source::readAllBytes).isInstanceOf(IOException.class).hasCause(cause);
        assertThatThrownBy(pipe::digest).hasCause(cause);
    }

    @Test
    void writerGoesOnAloneWhenTheReaderLeaves() throws Exception {
        byte[] piece = new byte[200_000];
        var writing =
                new FutureTask<>(() -> {
                    for (int i = 0; i < 100; i++) {
                        pipe.write(piece);
                    }
                    pipe.end(Digest.sha256(piece));
                    return true;
                });
        Thread writer = Thread.ofPlatform().start(writing);
        while (writer.getState() != Thread.State.WAITING) { // For room.
            Thread.onSpinWait();
        }
        pipe.leave();
        assertThat(writing.get()).isTrue();
    }
}
