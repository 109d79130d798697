package jong.manager.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values are those of Go's path/filepath and of dockerd's answers. */
class EntryNameTest {

    @ParameterizedTest
    @CsvSource({
        "'', .",
        "., .",
        "a, a",
        "a/, a",
        "./a//b/, a/b",
        "a/../b, b",
        "../a, ../a",
        "a/../../../up, ../../up",
        "/, /",
        "/.., /",
        "/a/../../b, /b",
        "/a/./b/., /a/b",
    })
    void pathsAreCleanedAsGoDoes(String path, String clean) {
        assertThat(EntryName.clean(path)).isEqualTo(clean);
    }

    @ParameterizedTest
    @CsvSource({
        "d, /d",
        "/d, /d",
        "/d/, /d/",
        "/d/., /d/.",
        "/d/./, /d/./",
        "/d/.., /",
        "/, /",
        "., /.",
        "../d, /d",
        "/../d/, /d/",
    })
    void absolutePathsKeepTheirTrailingSlashOrDot(String path, String absolute) {
        assertThat(EntryName.absolute(path)).isEqualTo(absolute);
    }

    @ParameterizedTest
    @CsvSource({"'', .", "/, /", "//, /", "/d, d", "/d/, d", "/d/., .", "d/.., .."})
    void basesAreGos(String path, String base) {
        assertThat(EntryName.base(path)).isEqualTo(base);
    }
}
