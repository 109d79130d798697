package jong.linux.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import jong.linux.ErrnoException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountWordsTest {
    @TempDir Path temporary;

    @AfterEach
    void unmountAll() throws IOException {
        for (var entry : MountTable.read().under(temporary)) {
            Mounts.detach(Path.of(entry.mountPoint()));
        }
    }

    @Test
    void wordsOfTheKernelAreFlagsAndTheRestIsData() {
        check("", 0, 0, "");
        check("rw,size=1m,uid=5", 0, 0, "size=1m,uid=5");
        check("ro,nosuid,nodev,noexec", 15, 0, "");
        check("ro,rw", 0, 0, "");
        check("bind", 0x1000, 0, "");
        check("rbind,ro,rslave", 0x5001, (1 << 19) | 0x4000, "");
        check("defaults,,vers=4", 0, 0, "vers=4");
        check("noatime,atime,addr=10.0.0.1", 0, 0, "addr=10.0.0.1");
    }

    private static void check(String text, long flags, long propagation, String data) {
        assertThat(MountWords.parse(text)).isEqualTo(new MountWords(flags, propagation, data));
    }

    @Test
    @Tag("root")
    void bindMountGetsItsOtherFlagsToo() throws IOException {
        Path source = Files.createDirectory(temporary.resolve("source"));
        Path target = Files.createDirectory(temporary.resolve("target"));
        MountWords.parse("bind,ro,nosuid").mount(source.toString(), target, "none");
        assertThat(MountTable.read().at(target).orElseThrow().options()).contains("ro", "nosuid");
    }

    @Test
    @Tag("root")
    void refusalReadsAsDockers() {
        assertThatThrownBy(() -> MountWords.parse("bind").mount("/no/such", temporary, "none"))
                .isInstanceOf(ErrnoException.class)
                .hasMessage(
                        "mount /no/such:"
                                + temporary
                                + ", flags: 0x1000:"
                                + " no such file or directory");
        assertThatThrownBy(() -> MountWords.parse("junk=1").mount("tmpfs", temporary, "tmpfs"))
                .hasMessage("mount tmpfs:" + temporary + ", data: junk=1: invalid argument");
    }

    @Test
    @Tag("root")
    void failureLeavesWhatIsMountedAtTheSource(@TempDir Path source) throws IOException {
        Mounts.mount("tmpfs", source, "tmpfs", EnumSet.noneOf(MountFlag.class), "");
        try {
            Mounts.propagate(source, Propagation.SHARED, false);
            Path below = Files.createDirectory(source.resolve("below"));
            Mounts.mount("tmpfs", below, "tmpfs", EnumSet.noneOf(MountFlag.class), "");
            var words = MountWords.parse("rbind,shared,private"); // Not both.
            assertThatThrownBy(() -> words.mount(source.toString(), temporary, "none"))
                    .hasMessageEndingWith("invalid argument");
            assertThat(MountTable.read().under(temporary)).isEmpty();
            assertThat(MountTable.read().under(source)).hasSize(2);
        } finally {
            Mounts.detach(source);
        }
    }
}
