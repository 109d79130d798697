package jong.registry.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NamesTest {

    @Test
    void repositoriesHaveNamesOfTheSpec() {
        for (String name :
                new String[] {
                    "a",
                    "library/nginx",
                    "a/b/c/d",
                    "a.b",
                    "a_b",
                    "a__b",
                    "a---b",
                    "0/1",
                    "a-b.c/d_e",
                    "a".repeat(255)
                }) {
            assertThat(RepositoryName.isValid(name)).as(name).isTrue();
        }
        for (String name :
                new String[] {
                    "",
                    "/",
                    "a/",
                    "/a",
                    "a//b",
                    "A",
                    "a..b",
                    "a___b",
                    ".a",
                    "a.",
                    "_a",
                    "-a",
                    "a-",
                    "a/../b",
                    "a\n",
                    "a b",
                    "ä",
                    "a".repeat(256),
                    "a/_layers",
                    "a\0"
                }) {
            assertThat(RepositoryName.isValid(name)).as(name).isFalse();
        }
        assertThatThrownBy(() -> new RepositoryName("../x"))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.NAME_INVALID));
    }

    @Test
    void tagsAreNoPaths() {
        for (String tag : new String[] {"a", "_", "1.0", "A-b_c.d", "x".repeat(128)}) {
            assertThat(Tag.isValid(tag)).as(tag).isTrue();
        }
        for (String tag :
                new String[] {
                    "", ".", "..", "-a", ".a", "a/b", "a:b", "a b", "a\n", "x".repeat(129)
                }) {
            assertThat(Tag.isValid(tag)).as(tag).isFalse();
        }
    }

    /** The attack: a valid name that leaves its directory. */
    @Test
    void noRandomNameLeavesItsDirectory() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        String letters = "ab/._-\\%\0:~";
        Path top = Path.of("/top");
        for (int i = 0; i < 200_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(10); length > 0; length--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            String name = text.toString();
            if (RepositoryName.isValid(name)) {
                Path path = top.resolve(name);
                assertThat(path.normalize()).as("seed " + seed).isEqualTo(path);
                assertThat(path.startsWith(top)).isTrue();
            }
            if (Tag.isValid(name)) {
                assertThat(top.resolve(name).normalize().getParent()).isEqualTo(top);
            }
        }
    }

    /** A grammar with nested repetitions must not take exponential time. */
    @Test
    void longNonsenseIsRefusedAtOnce() {
        assertThat(RepositoryName.isValid("a".repeat(254) + "!")).isFalse();
        assertThat(RepositoryName.isValid("a-".repeat(127) + "!")).isFalse();
        assertThat(RepositoryName.isValid("a" + "-".repeat(253) + "!")).isFalse();
        assertThat(RepositoryName.isValid("a/".repeat(1_000_000))).isFalse();
    }
}
