package jong.wire.pem;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads what openssl writes. */
class PemFileTest {

    @TempDir Path directory;

    private void openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Path log = directory.resolve("log");
        Process openssl =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(openssl.waitFor()).as(Files.readString(log)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "genrsa -traditional -out key 2048, RSA PRIVATE KEY, SHA256withRSA",
        "genrsa -out key 2048, PRIVATE KEY, SHA256withRSA",
        "ecparam -name prime256v1 -genkey -out key, EC PRIVATE KEY, SHA256withECDSA",
        "ecparam -name secp521r1 -genkey -noout -out key, EC PRIVATE KEY, SHA256withECDSA",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out key, PRIVATE KEY,"
                + " SHA256withECDSA",
        "genpkey -algorithm ED25519 -out key, PRIVATE KEY, Ed25519",
    })
    void keysOfAllEncodingsSignForTheirCertificate(String make, String label, String algorithm)
            throws Exception {
        openssl(make.split(" "));
        openssl("req", "-x509", "-new", "-key", "key", "-subj", "/CN=x", "-out", "certificate");
        Path key = directory.resolve("key");
        assertThat(Files.readString(key)).contains("-----BEGIN " + label + "-----");

        PrivateKey signer = PemFile.read(key).privateKey();
        List<X509Certificate> chain = PemFile.read(directory.resolve("certificate")).certificates();

        assertThat(chain).hasSize(1);
        var signature = Signature.getInstance(algorithm);
        signature.initSign(signer);
        signature.update(new byte[] {1, 2, 3});
        byte[] signed = signature.sign();
        signature.initVerify(chain.getFirst());
        signature.update(new byte[] {1, 2, 3});
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void oneFileMayHaveKeyAndCertificates() throws Exception {
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "key");
        openssl("req", "-x509", "-new", "-key", "key", "-subj", "/CN=x", "-out", "certificate");
        String certificate = Files.readString(directory.resolve("certificate"));
        Path all =
                Files.writeString(
                        directory.resolve("all"),
                        "é\n"
                                + Files.readString(directory.resolve("key"))
                                + certificate
                                + certificate);

        assertThat(PemFile.read(all).certificates()).hasSize(2);
        assertThat(PemFile.read(all).privateKey().getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void encryptedKeysAreSaidToBe() throws Exception {
        openssl("genrsa", "-aes128", "-passout", "pass:secret", "-out", "new", "2048");
        openssl(
                "genrsa",
                "-traditional",
                "-aes128",
                "-passout",
                "pass:secret",
                "-out",
                "old",
                "2048");
        for (String name : List.of("new", "old")) {
            Path file = directory.resolve(name);
            assertThatThrownBy(() -> PemFile.read(file).privateKey())
                    .isInstanceOf(IOException.class)
                    .hasMessage("private key " + file + " is encrypted, which is not supported");
        }
    }

    @Test
    void filesWithoutWhatIsWantedAreNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("nonsense"), "nonsense");
        assertThatThrownBy(() -> PemFile.read(file).privateKey())
                .hasMessage("no private key in " + file);
        assertThatThrownBy(() -> PemFile.read(file).certificates())
                .hasMessage("no certificates in " + file);
    }

    @Test
    void damagedKeysEndInIoExceptionsOnly() throws Exception {
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key");
        String text = Files.readString(directory.resolve("key"), US_ASCII);
        byte[] der = Base64.getMimeDecoder().decode(text.replaceAll("-----[^-]+-----", "").strip());
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] damaged = der.clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Path file =
                    Files.writeString(
                            directory.resolve("damaged"),
                            "-----BEGIN EC PRIVATE KEY-----\n"
                                    + Base64.getMimeEncoder().encodeToString(damaged)
                                    + "\n-----END EC PRIVATE KEY-----\n");
            try {
                PemFile.read(file).privateKey();
            } catch (IOException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining(file.toString());
            }
        }
    }
}
