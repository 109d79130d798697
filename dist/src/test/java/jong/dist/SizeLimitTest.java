package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sizes of volumes and of what containers write, on ext4 with project quotas. Kernels without
 * CONFIG_QFMT_V2 have none: {@code build.sh test-vm quota} runs the like in a virtual machine.
 */
@Tag("root")
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class SizeLimitTest {

    private static final String FILL = "dd if=/dev/zero of=%s bs=1M count=%d 2>&1; du -m %s";

    @ParameterizedTest
    @EnumSource(Client.class)
    void withoutQuotasSizesAreRefusedWithAdvice(Client client) {
        try (var disk = SmallDisk.ext4(64);
                var engine = Engine.at(directory(disk))) {
            var cli = engine.cli(client);
            cli.run("load -i", Fixtures.busybox().toString()).succeeded();
            String advice = "has to be on ext4 mounted with prjquota";
            assertThat(cli.run("volume create -o size=1m vol").exitedWith(1).err())
                    .contains("create vol: quota size requested but no quota support: ", advice);
            assertThat(cli.run("volume ls -q").succeeded().out()).isEmpty();
            assertThat(cli.run("run --storage-opt size=1m busybox true").exitedWith(125).err())
                    .contains("--storage-opt is supported only for overlay over xfs", advice);
            assertThat(cli.run("ps -aq").succeeded().out()).isEmpty();
            assertThat(cli.run("create --storage-opt size=x busybox").exitedWith(1).err())
                    .contains("invalid size: 'x'");
            assertThat(cli.run("create --storage-opt other=1 busybox").exitedWith(1).err())
                    .contains("Unknown option other");
        }
    }

    @Test
    void sizesHold() {
        Optional<SmallDisk> disk = SmallDisk.withProjectQuota(96);
        assumeTrue(disk.isPresent(), "this kernel has no project quotas (CONFIG_QFMT_V2)");
        try (var mounted = disk.get();
                var engine = Engine.at(directory(mounted))) {
            var cli = engine.cli(Client.DOCKER);
            cli.run("load -i", Fixtures.busybox().toString()).succeeded();
            cli.run("volume create -o size=5m vol").succeeded();
            assertThat(cli.sh("-v vol:/v", FILL.formatted("/v/f", 9, "/v/f")))
                    .contains("Disk quota exceeded")
                    .endsWith("5\t/v/f");
            assertThat(cli.sh("--storage-opt size=6m", FILL.formatted("/f", 9, "/f")))
                    .contains("Disk quota exceeded")
                    .endsWith("6\t/f");
        }
    }

    private static Path directory(SmallDisk disk) {
        try {
            return Files.createDirectory(disk.directory().resolve("e"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
