package jong.linux.mounts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MountTableTest {
    private static MountEntry parse(String line) {
        return MountTable.parse((line + "\n").getBytes(ISO_8859_1)).entries().getFirst();
    }

    @Test
    void allFieldsOfTheManualsExampleAreRead() {
        // proc(5), /proc/pid/mountinfo.
        var entry =
                parse(
                        "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root"
                                + " rw,errors=continue");
        assertThat(entry)
                .isEqualTo(
                        new MountEntry(
                                36,
                                35,
                                "98:0",
                                "/mnt1",
                                "/mnt2",
                                List.of("rw", "noatime"),
                                List.of("master:1", "shared:7"),
                                "ext3",
                                "/dev/root",
                                List.of("rw", "errors=continue")));
    }

    @Test
    void octalEscapesAreUndone() {
        var entry = parse("1 0 0:1 / /a\\040b\\011c\\012d\\134e rw - tmpfs x\\040y rw");
        assertThat(entry.mountPoint()).isEqualTo("/a b\tc\nd\\e");
        assertThat(entry.source()).isEqualTo("x y");
    }

    @Test
    void aMountWithoutOptionalFieldsAndWithAnEmptySourceIsRead() {
        var entry = parse("1 0 0:1 / /a rw - tmpfs  rw");
        assertThat(entry.optionalFields()).isEmpty();
        assertThat(entry.source()).isEmpty();
    }

    @Test
    void theTopmostMountOfAPathIsFound() {
        var table =
                MountTable.parse(
                        """
                        1 0 0:1 / / rw - ext4 a rw
                        2 1 0:2 / /m rw - tmpfs first rw
                        3 2 0:3 / /m rw - tmpfs second rw
                        4 3 0:4 / /m/deep rw - tmpfs third rw
                        5 1 0:5 / /mm rw - tmpfs other rw
                        """
                                .getBytes(ISO_8859_1));
        assertThat(table.at(Path.of("/m"))).map(MountEntry::id).contains(3);
        assertThat(table.under(Path.of("/m"))).extracting(MountEntry::id).containsExactly(4, 3, 2);
    }

    @Test
    void damagedLinesAreRefusedAndNeverMisread() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var good = "36 35 98:0 / /m\\040 rw shared:1 - ext3 /dev/root rw";
        for (int round = 0; round < 5000; round++) {
            var line = new StringBuilder(good);
            for (int i = random.nextInt(4); i >= 0; i--) {
                line.setCharAt(random.nextInt(line.length()), (char) (32 + random.nextInt(95)));
            }
            try {
                parse(line.toString());
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotEmpty();
            }
        }
        assertThatThrownBy(() -> parse("36 35 98:0 / /m rw ext3 x rw"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thisProcessesOwnTableIsRead() throws Exception {
        assertThat(MountTable.read().at(Path.of("/proc"))).map(MountEntry::type).contains("proc");
    }
}
