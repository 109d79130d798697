package jong.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import jong.linux.Arch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SyscallTableTest {
    private static final Path HEADERS = Path.of("/usr/include/x86_64-linux-gnu/asm");

    @Test
    void wellKnownNumbersOfEachArchitecture() {
        assertNumber(Arch.X86_64, "execve", 59);
        assertNumber(Arch.I386, "execve", 11);
        assertNumber(Arch.X32, "execve", 0x40000000 + 520);
        assertNumber(Arch.AARCH64, "execve", 221);
        assertNumber(Arch.AARCH64, "newfstatat", 79);
        assertNumber(Arch.AARCH64, "clone3", 435);
        assertNumber(Arch.X86_64, "mseal", 462);
    }

    @Test
    void callsThatAnArchitectureLacksHaveNoNumber() {
        assertThat(SyscallTable.forArch(Arch.AARCH64).number("open")).isEmpty();
        assertThat(SyscallTable.forArch(Arch.X86_64).number("socketcall")).isEmpty();
        assertThat(SyscallTable.forArch(Arch.X86_64).name(100_000)).isEmpty();
    }

    @Test
    void everyNumberOfTheInstalledHeadersIsKnown() throws Exception {
        Assumptions.assumeTrue(Files.exists(HEADERS), "kernel headers are not installed");
        assertHeader("unistd_64.h", Arch.X86_64);
        assertHeader("unistd_32.h", Arch.I386);
    }

    private static void assertHeader(String file, Arch arch) throws Exception {
        var define = Pattern.compile("#define __NR_(\\w+) (\\d+)");
        var matcher = define.matcher(Files.readString(HEADERS.resolve(file)));
        while (matcher.find()) {
            assertNumber(arch, matcher.group(1), Integer.parseInt(matcher.group(2)));
        }
    }

    private static void assertNumber(Arch arch, String name, int number) {
        var table = SyscallTable.forArch(arch);
        assertThat(table.number(name)).as(name).hasValue(number);
        assertThat(table.name(number)).as(name).contains(name);
    }
}
