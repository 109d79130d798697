package jong.linux.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import jong.linux.ErrnoException;
import org.junit.jupiter.api.Test;

class FileNameTest {
    @Test
    void validUtf8IsItself() throws Exception {
        assertThat(FileName.decode("größe-日本-😀".getBytes(UTF_8))).isEqualTo("größe-日本-😀");
        assertThat(FileName.encode("größe-日本-😀")).isEqualTo("größe-日本-😀".getBytes(UTF_8));
    }

    @Test
    void latin1ByteBecomesALoneSurrogate() {
        assertThat(FileName.decode(new byte[] {'a', (byte) 0xE4, 'b'})).isEqualTo("a\uDCE4b");
    }

    @Test
    void anyBytesComeBack() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            var bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            var name = FileName.decode(bytes);
            assertThat(FileName.encode(name)).as("seed %d, %s", seed, name).isEqualTo(bytes);
        }
    }

    @Test
    void aSurrogateWithoutAByteIsRefused() {
        assertThatThrownBy(() -> FileName.encode("\uD800"))
                .isInstanceOf(ErrnoException.class)
                .hasMessageEndingWith("invalid or incomplete multibyte or wide character");
    }
}
