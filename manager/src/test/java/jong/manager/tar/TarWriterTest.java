package jong.manager.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarWriterTest {

    @ParameterizedTest
    @ValueSource(ints = {57, 58, 59, 60, 61, 100, 1000})
    void namesAreKeptWhereverTheyHaveCharactersOfTwoHalves(int letters) throws Exception {
        assertKept("a".repeat(letters) + "\uD83D\uDE00");
        assertKept("d/" + "a".repeat(letters) + "\uD83D\uDE00".repeat(20));
    }

    @Test
    void namesThatAreNoUtf8AreKept() throws Exception {
        assertKept("a".repeat(59) + "\uDCFF\uDC80\uD83D\uDE00");
    }

    private static void assertKept(String name) throws Exception {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarWriter(out)) {
            tar.write(TarEntry.file(name, 0, 0));
        }
        var tar = new TarReader(new ByteArrayInputStream(out.toByteArray()));
        TarEntry entry = tar.next();
        assertThat(entry).isNotNull();
        assertThat(entry.name()).isEqualTo(name);
        assertThat(tar.next()).isNull();
    }
}
