package jong.registry.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteRangeTest {

    private static void requested(String header, long size, long first, long last) {
        assertThat(ByteRange.requested(header, size))
                .as(header)
                .isEqualTo(new ByteRange(first, last));
    }

    @Test
    void aRequestNamesAPartOfTheContent() {
        requested("bytes=0-0", 10, 0, 0);
        requested("bytes=3-5", 10, 3, 5);
        requested("bytes=3-", 10, 3, 9);
        requested("bytes=-3", 10, 7, 9);
        requested("bytes=-30", 10, 0, 9);
        requested("bytes=3-999999999999999999", 10, 3, 9);
    }

    @Test
    void whatIsNoSingleRangeIsIgnored() {
        for (String header :
                new String[] {
                    "",
                    "bytes",
                    "bytes=",
                    "bytes=-",
                    "bytes=a-b",
                    "bytes=0-1,3-4",
                    "lines=1-2",
                    "bytes=0-1 ",
                    "bytes=+1-2",
                    "bytes=99999999999999999999-"
                }) {
            assertThat(ByteRange.requested(header, 10)).as(header).isNull();
        }
    }

    @Test
    void aRangeOutsideTheContentIsRefused() {
        for (String header : new String[] {"bytes=10-", "bytes=10-20", "bytes=5-3", "bytes=-0"}) {
            assertThatThrownBy(() -> ByteRange.requested(header, 10))
                    .as(header)
                    .isInstanceOfSatisfying(
                            RegistryException.class,
                            refusal -> assertThat(refusal.status()).isEqualTo(416));
        }
        assertThatThrownBy(() -> ByteRange.requested("bytes=0-0", 0))
                .isInstanceOf(RegistryException.class);
    }

    @Test
    void aChunkSaysWhereItBelongs() {
        assertThat(ByteRange.ofChunk("")).isNull();
        assertThat(ByteRange.ofChunk("0-1023")).isEqualTo(new ByteRange(0, 1023));
        assertThat(ByteRange.ofChunk("bytes 5-9/*")).isEqualTo(new ByteRange(5, 9));
        for (String header :
                new String[] {
                    "-", "1", "1-", "-1", "2-1", "a-b", "bytes=0-1", "0-9999999999999999999"
                }) {
            assertThatThrownBy(() -> ByteRange.ofChunk(header))
                    .as(header)
                    .isInstanceOf(RegistryException.class);
        }
    }

    @Test
    void randomHeadersGiveARangeInsideOrARefusal() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        String letters = "bytes=0123456789-,/* ";
        for (int i = 0; i < 100_000; i++) {
            var header = new StringBuilder(random.nextBoolean() ? "bytes=" : "");
            for (int length = random.nextInt(12); length > 0; length--) {
                header.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                var range = ByteRange.requested(header.toString(), 1000);
                if (range != null) {
                    assertThat(range.first())
                            .as("seed " + seed + ": " + header)
                            .isBetween(0L, range.last());
                    assertThat(range.last()).isLessThan(1000);
                }
                ByteRange.ofChunk(header.toString());
            } catch (RegistryException e) {
                assertThat(e.status()).isIn(400, 416);
            }
        }
    }
}
