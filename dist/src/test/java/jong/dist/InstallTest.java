package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./build.sh install}: the product at another place, with class caches of its own. */
@Tag("root")
class InstallTest {

    private static final String SCRIPT = Product.top().resolve("build.sh").toString();

    @TempDir Path directory;

    @Test
    void installedProductHasClassCachesThatAreGoodAtItsPlace() throws Exception {
        Path target = directory.resolve("it's here");
        Command.of(SCRIPT, "install", target + "/").run().succeeded();
        for (String program : new String[] {"jong", "jongd", "jong-runc"}) {
            try (var caches =
                    Files.newDirectoryStream(target.resolve("lib"), program + "-????*.aot")) {
                assertThat(caches).as("class caches of " + program).isNotEmpty();
            }
        }
        // A cache that the JVM refuses is no error, unless it is told that it must be taken.
        Path command = target.resolve("lib/jong-runc.command");
        Files.writeString(
                command,
                Files.readString(command)
                        .replace("-XX:AOTCache=", "-XX:AOTMode=on\n-XX:AOTCache="));
        Command.of(target.resolve("bin/jong-runc").toString(), "list").run().succeeded();
        Command.of(target.resolve("bin/jong").toString(), "--version").run().succeeded();
        Command.of(SCRIPT, "install", target.toString()).run().succeeded();
    }

    @Test
    void somethingElseThanJongIsNotReplaced() throws Exception {
        Path file = Files.writeString(directory.resolve("important"), "data");
        var result = Command.of(SCRIPT, "install", directory.toString()).run().exitedWith(1);
        assertThat(result.err())
                .isEqualTo("jong: cannot install to " + directory + ": it exists and is no Jong\n");
        assertThat(file).hasContent("data");
    }
}
