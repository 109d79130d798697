package jong.oci.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTest {

    private static final String HEX =
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx, nginx",
        "nginx:1.27, docker.io/library/nginx:1.27, nginx:1.27",
        "me/app, docker.io/me/app, me/app",
        "library/nginx, docker.io/library/nginx, nginx",
        "docker.io/nginx, docker.io/library/nginx, nginx",
        "index.docker.io/nginx, docker.io/library/nginx, nginx",
        "docker.io/library/a/b, docker.io/library/a/b, library/a/b",
        "localhost/x, localhost/x, localhost/x",
        "localhost:5000/x:y, localhost:5000/x:y, localhost:5000/x:y",
        "127.0.0.1:5000/a/b, 127.0.0.1:5000/a/b, 127.0.0.1:5000/a/b",
        "'[::1]:5000/x', '[::1]:5000/x', '[::1]:5000/x'",
        "Host/x, Host/x, Host/x",
        "a.b/c__d-e--f.g, a.b/c__d-e--f.g, a.b/c__d-e--f.g",
        "x:Tag_1.2-3, docker.io/library/x:Tag_1.2-3, x:Tag_1.2-3",
    })
    void namesAreNormalised(String text, String full, String familiar) {
        Reference reference = Reference.parse(text);
        assertThat(reference).hasToString(full);
        assertThat(reference.familiarString()).isEqualTo(familiar);
        assertThat(Reference.parse(full)).isEqualTo(reference);
    }

    @Test
    void digestIsKeptBesideTheTag() {
        Reference reference = Reference.parse("x:1@sha256:" + HEX);
        assertThat(reference.tag()).isEqualTo("1");
        assertThat(reference.digest()).hasToString("sha256:" + HEX);
        assertThat(reference.withDefaultTag()).isEqualTo(reference);
        assertThat(Reference.parse("x").withDefaultTag().familiarString()).isEqualTo("x:latest");
    }

    @ParameterizedTest
    @CsvSource({
        "'', invalid reference format",
        "Foo, invalid reference format: repository name (library/Foo) must be lowercase",
        "x/Foo:y, invalid reference format: repository name (x/Foo) must be lowercase",
        "x:, invalid reference format",
        "x@, invalid reference format",
        "-x, invalid reference format",
        "a//b, invalid reference format",
        "a/../b, invalid reference format",
        "a___b, invalid reference format",
        "a b, invalid reference format",
        "x:.y, invalid reference format",
        "x@sha256:abc, invalid reference format",
        "x@sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e, invalid checksum digest length",
        "x@md5:2cf24dba5fb0a30e26e83b2ac5b9e29e, unsupported digest algorithm",
        HEX
                + ", 'invalid repository name ("
                + HEX
                + "), cannot specify 64-byte hexadecimal"
                + " strings'",
    })
    void badNamesAreRefusedWithDockersTexts(String text, String message) {
        assertThatThrownBy(() -> Reference.parse(text))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessage(message);
    }

    @Test
    void longPathsAreRefused() {
        assertThat(Reference.parse("a/" + "b".repeat(253)).path()).hasSize(255);
        assertThatThrownBy(() -> Reference.parse("a/" + "b".repeat(254)))
                .hasMessage("repository name must not be more than 255 characters");
    }

    @Test
    void anyTextIsParsedOrRefused() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        String alphabet = "ab1.:/@-_A[]%\u00e4";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(24); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Reference reference = Reference.parse(text.toString());
                assertThat(Reference.parse(reference.familiarString()))
                        .as("seed %d", seed)
                        .isEqualTo(reference);
            } catch (StatusException.InvalidArgument e) {
                assertThat(e).as("seed %d", seed).hasMessageNotContaining("null");
            }
        }
    }
}
