package jong.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that change while the registry serves. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CertificatesTest {

    @TempDir Path directory;

    private Path key() {
        return directory.resolve("key");
    }

    private Path certificate() {
        return directory.resolve("certificate");
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return output;
    }

    private void write(String name) throws Exception {
        output(
                ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                                + " -subj /CN="
                                + name
                                + " -keyout "
                                + key()
                                + " -out "
                                + certificate())
                        .split(" "));
    }

    private static String served(RegistryProcess registry) throws Exception {
        return output("openssl", "s_client", "-connect", registry.authority());
    }

    @Test
    void theyAreReadAnewOnSighup() throws Exception {
        write("first.example");
        try (var registry =
                new RegistryProcess(
                        directory.resolve("root"),
                        directory.resolve("log"),
                        "--tls-cert=" + certificate(),
                        "--tls-key=" + key())) {
            assertThat(served(registry)).contains("first.example");

            write("second.example");
            assertThat(served(registry)).contains("first.example");
            registry.hangUp();
            registry.awaitLog("read anew");
            assertThat(served(registry)).contains("second.example");

            Files.writeString(certificate(), "nonsense");
            registry.hangUp();
            registry.awaitLog("keeping the certificates: cannot use certificate");
            assertThat(served(registry)).contains("second.example");
        }
    }
}
