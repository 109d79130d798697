package jong.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void everyNumberLeadsToItsOwnConstant() {
        var numbers = new HashSet<Integer>();
        for (var errno : Errno.values()) {
            assertThat(numbers.add(errno.number())).as(errno.name()).isTrue();
            assertThat(Errno.of(errno.number())).isEqualTo(errno);
        }
    }

    @Test
    void messageReadsLikeGos() {
        var error = new ErrnoException("openat2", "/nowhere", 2);
        assertThat(error).hasMessage("openat2 /nowhere: no such file or directory");
        assertThat(error.errno()).isEqualTo(Errno.ENOENT);
    }

    @Test
    void anUnknownNumberIsTold() {
        var error = new ErrnoException("mount", "", 4095);
        assertThat(error).hasMessage("mount: errno 4095");
        assertThat(error.errno()).isEqualTo(Errno.UNKNOWN);
        assertThat(error.number()).isEqualTo(4095);
    }
}
