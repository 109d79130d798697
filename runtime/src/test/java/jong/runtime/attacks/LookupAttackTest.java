package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the runtime reads of the container's files, it reads in the jail, and trusts none of it. */
@Tag("root")
final class LookupAttackTest {

    @TempDir private Path temporary;
    private Box box;
    private Path passwd;

    @BeforeEach
    void makeBox() throws IOException {
        box = new Box(temporary);
        passwd = box.rootfs().resolve("etc/passwd");
    }

    private void checkHome(String home) throws IOException {
        assertThat(box.run(Box.config("echo $HOME"))).isEqualTo(new Outcome(0, home + "\n", ""));
    }

    @Test
    void aHomeIsNotLookedUpOnTheHost() throws IOException {
        Path secret = Files.writeString(box.beside("passwd"), "root:x:0:0::/stolen:/bin/sh\n");
        Files.delete(passwd);
        Files.createSymbolicLink(passwd, secret);
        checkHome("/");
        Files.delete(passwd);
        Files.createSymbolicLink(passwd, Path.of("../../../../../../.." + secret));
        checkHome("/");
    }

    @Test
    void aPipeInPlaceOfPasswdDoesNotHoldTheRuntime() throws IOException {
        Files.delete(passwd);
        assertThat(Box.run(List.of("mkfifo", passwd.toString())).status()).isZero();
        checkHome("/");
    }

    @Test
    void aDeviceInPlaceOfPasswdDoesNotFillItsMemory() throws IOException {
        Files.delete(passwd);
        assertThat(Box.run(List.of("mknod", passwd.toString(), "c", "1", "5")).status()).isZero();
        checkHome("/");
    }

    @Test
    void linesThatAreNoneAreSkipped() throws IOException {
        Files.writeString(
                passwd,
                "\n::::\nroot:x:-1:0::/a:\nroot:x:4294967296:0::/b:\nroot:x:0x0:0::/c:\n"
                        + "x".repeat(100_000)
                        + "\nroot:x:0:0::/right:/bin/sh\n");
        checkHome("/right");
    }

    /** The program is found where the container's PATH leads in the container. */
    @Test
    void aProgramIsNotTakenFromTheHost() throws IOException {
        Path tools = Files.createDirectories(box.beside("tools"));
        Files.copy(Path.of("/bin/busybox"), tools.resolve("only-here"));
        JsonObject config = Box.config("");
        config.object("process")
                .with("args", List.of("only-here"))
                .with("env", List.of("PATH=" + tools + ":/bin:../../.." + tools));
        assertThat(box.run(config).failedWith(2)).isTrue();
    }
}
