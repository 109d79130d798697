package jong.linux.codecs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativeDigestsTest {

    @BeforeAll
    static void install() {
        Assumptions.assumeTrue(NativeDigests.install(), "this machine has no libcrypto");
    }

    /** FIPS 180-2, appendices B.1 and C.1. */
    @ParameterizedTest
    @CsvSource({
        "SHA-256, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "SHA-512, ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    })
    void abcHasTheStandardsDigest(String algorithm, String hex) throws Exception {
        MessageDigest digest = MessageDigest.getInstance(algorithm);
        assertThat(digest.getProvider()).isInstanceOf(NativeDigests.class);
        assertThat(HexFormat.of().formatHex(digest.digest(new byte[] {'a', 'b', 'c'})))
                .isEqualTo(hex);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA-256", "SHA-512"})
    void piecesCopiesAndBuffersGiveWhatTheJdkGives(String algorithm) throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        MessageDigest own = MessageDigest.getInstance(algorithm);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[random.nextInt(300_000)];
            random.nextBytes(bytes);
            MessageDigest jdk = MessageDigest.getInstance(algorithm, "SUN");
            byte[] expected = jdk.digest(bytes);
            int first = random.nextInt(bytes.length + 1);
            own.update(bytes, 0, first);
            var copy = (MessageDigest) own.clone();
            own.update(ByteBuffer.wrap(bytes, first, bytes.length - first));
            for (int at = first; at < bytes.length && at < first + 3; at++) {
                copy.update(bytes[at]);
            }
            var rest = ByteBuffer.allocateDirect(bytes.length);
            rest.put(bytes).flip().position(Math.min(bytes.length, first + 3));
            copy.update(rest);
            assertThat(rest.hasRemaining()).isFalse();
            assertThat(own.digest()).as("seed %d", seed).isEqualTo(expected);
            assertThat(copy.digest()).as("seed %d", seed).isEqualTo(expected);
        }
    }
}
