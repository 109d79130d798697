package jong.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.engine.config.DaemonOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What containers get that do not say it themselves. */
class ContainerDefaultsTest {

    @TempDir Path directory;

    @Test
    void containersHaveACgroupNamespaceOfTheirOwnUnlessTheDaemonIsToldOtherwise()
            throws IOException {
        checkCgroupNamespace("private", "{}");
        checkCgroupNamespace("host", "{\"default-cgroupns-mode\":\"host\"}");
    }

    private void checkCgroupNamespace(String expected, String json) throws IOException {
        Path file = Files.writeString(directory.resolve("daemon.json"), json);
        DaemonOptions options = DaemonOptions.parse(List.of("--config-file=" + file));
        assertThat(ContainerDefaults.of(options).members().string("CgroupnsMode"))
                .isEqualTo(expected);
    }
}
