package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;

/** Programs that make archives and images for the tests, and read them. */
final class Commands {

    private Commands() {}

    static void skopeo(String from, String to) throws Exception {
        run("skopeo", "copy", "-q", "--insecure-policy", from, to);
    }

    static byte[] run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var output = new ByteArrayOutputStream();
        process.getInputStream().transferTo(output);
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return output.toByteArray();
    }
}
