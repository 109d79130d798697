package jong.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes certificates with openssl. */
final class Certificates {

    private Certificates() {}

    /** {@code NAME.crt} and {@code NAME.key} in a directory, for a host, signed by itself. */
    static void selfSigned(Path directory, String name, String host) throws Exception {
        Path log = directory.resolve("openssl.log");
        List<String> command =
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=" + host,
                        "-addext",
                        "subjectAltName=DNS:" + host,
                        "-keyout",
                        directory.resolve(name + ".key").toString(),
                        "-out",
                        directory.resolve(name + ".crt").toString());
        Process openssl =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(openssl.waitFor()).as(Files.readString(log)).isZero();
    }
}
