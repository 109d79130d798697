package jong.engine.containers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DetachKeysTest {

    @Test
    void defaultSequenceDetachesAndIsNotPassedOn() {
        var keys = new DetachKeys("");
        assertThat(pass(keys, "ab\20")).isEqualTo("ab");
        assertThat(keys.detached()).isFalse();
        assertThat(pass(keys, "\21rest")).isEmpty();
        assertThat(keys.detached()).isTrue();
    }

    @Test
    void halfASequenceGoesOnWithWhatFollows() {
        var keys = new DetachKeys("");
        assertThat(pass(keys, "\20")).isEmpty();
        assertThat(pass(keys, "x")).isEqualTo("\20x");
        assertThat(pass(keys, "\20\20x")).isEqualTo("\20\20x");
        assertThat(keys.detached()).isFalse();
        pass(keys, "\20\20\21");
        assertThat(keys.detached()).isTrue();
    }

    @Test
    void sequenceThatRepeatsItselfIsFound() {
        var keys = new DetachKeys("a,b,a,b,c");
        assertThat(pass(keys, "ababab")).isEqualTo("ab");
        pass(keys, "c");
        assertThat(keys.detached()).isTrue();
    }

    @Test
    void notationIsDockers() {
        assertThat(detaches("ctrl-@,ctrl-[,ctrl-_,z", "\0\33\37z")).isTrue();
        assertThatThrownBy(() -> new DetachKeys("ctrl-1"))
                .hasMessage("Invalid detach keys (ctrl-1) provided");
        assertThatThrownBy(() -> new DetachKeys("ab,"))
                .hasMessage("Invalid detach keys (ab,) provided");
    }

    private static boolean detaches(String notation, String bytes) {
        var keys = new DetachKeys(notation);
        pass(keys, bytes);
        return keys.detached();
    }

    private static String pass(DetachKeys keys, String bytes) {
        byte[] in = bytes.getBytes(ISO_8859_1);
        return new String(keys.filter(in, in.length), ISO_8859_1);
    }
}
