package jong.linux.calls;

import static org.assertj.core.api.Assertions.assertThat;

import jong.linux.Arch;
import jong.linux.seccomp.SyscallTable;
import org.junit.jupiter.api.Test;

class SyscallTest {
    @Test
    void numbersAreThoseOfTheTable() {
        var table = SyscallTable.forArch(Arch.host());
        for (var call : Syscall.values()) {
            assertThat(table.number(call.label())).as(call.name()).hasValue(call.number());
        }
    }
}
