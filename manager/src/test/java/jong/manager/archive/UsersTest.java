package jong.manager.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import jong.linux.files.Device;
import jong.linux.files.Directory;
import jong.linux.files.FileType;
import jong.manager.archive.Extraction.Owner;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {

    @TempDir Path tree;
    private Directory root;
    private Users users;

    @BeforeEach
    void makeFiles() throws Exception {
        Files.createDirectory(tree.resolve("etc"));
        Files.writeString(
                tree.resolve("etc/passwd"),
                """
                root:x:0:0:root:/root:/bin/sh
                web:x:33:34::/:/bin/sh
                77:x:0:0:named like a number:/:/bin/sh
                wrapped:x:4294967296:1::/:/bin/sh
                minus:x:-1:1::/:/bin/sh
                none:x::::
                short:x
                """);
        Files.writeString(
                tree.resolve("etc/group"),
                """
                root:x:0:
                www:x:35:web
                wrapped:x:4294967296:
                """);
        root = Directory.open(tree);
        users = new Users(new RootFiles(root));
    }

    @AfterEach
    void closeRoot() {
        root.close();
    }

    @ParameterizedTest
    @CsvSource({
        "root, 0, 0",
        "web, 33, 34",
        "33, 33, 34",
        "web:www, 33, 35",
        "web:7, 33, 7",
        "1000, 1000, 0",
        "1000:www, 1000, 35",
    })
    void namesAndNumbersAreFound(String user, int uid, int gid) throws Exception {
        assertThat(users.find(user)).isEqualTo(new Owner(uid, gid));
    }

    @Test
    void aNumberIsNeverAName() throws Exception {
        assertThat(users.find("77")).isEqualTo(new Owner(77, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrapped", "minus", "none", "short", "4294967296", "+5", "nobody"})
    void whatHasNoSoundNumberIsNotRoot(String user) {
        assertThatThrownBy(() -> users.find(user))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage("unable to find user " + user + ": no matching entries in passwd file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrapped", "4294967296", "nogroup"})
    void groupsWithoutSoundNumbersAreUnknown(String group) {
        assertThatThrownBy(() -> users.find("web:" + group))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage(
                        "unable to find group " + group + ": no matching entries in group file");
    }

    @Test
    void devicesAreNeverOpened() throws Exception {
        // Opening this one fails, for no driver has the number: ENXIO, or EACCES without devices.
        Files.delete(tree.resolve("etc/passwd"));
        try (var etc = Directory.open(tree.resolve("etc"))) {
            etc.makeNode("passwd", FileType.CHARACTER_DEVICE, 0644, Device.of(4000, 7));
        }
        assertThat(users.find("5:6")).isEqualTo(new Owner(5, 6));
    }

    @Test
    void numbersNeedNoFiles() throws Exception {
        Files.delete(tree.resolve("etc/passwd"));
        Files.delete(tree.resolve("etc/group"));
        assertThat(users.find("5:6")).isEqualTo(new Owner(5, 6));
    }
}
