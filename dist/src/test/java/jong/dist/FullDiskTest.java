package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A data root without room: errors that say so, and an engine that works again afterwards. */
@Tag("root")
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class FullDiskTest {

    @ParameterizedTest
    @EnumSource(Client.class)
    void fullDataRootFailsWithItsReasonAndRecovers(Client client) {
        onSmallDisk(disk -> fillAndRecover(disk, client));
    }

    @Test
    void pullThatFillsTheDiskSaysSoAndGivesTheSpaceBack(@TempDir Path directory) {
        try (var registry = LocalRegistry.start(directory)) {
            int megabyte = 1 << 20;
            registry.push(
                    NoisyImages.archive(directory, "big:1", 9 * megabyte, 9 * megabyte), "big");
            registry.push(NoisyImages.archive(directory, "small:1", megabyte), "small");
            onSmallDisk(disk -> pullTooMuch(disk, registry));
        }
    }

    private static void onSmallDisk(Consumer<Path> action) {
        var disk = Engine.shortPath(Path.of("/tmp"));
        Command.of("mkdir", disk.toString()).run().succeeded();
        Command.of("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString())
                .run()
                .succeeded();
        try {
            action.accept(disk);
        } finally {
            Command.of("umount", "-l", disk.toString()).run().succeeded();
            Command.of("rmdir", disk.toString()).run().succeeded();
        }
    }

    private static void pullTooMuch(Path disk, LocalRegistry registry) {
        var engineDirectory = disk.resolve("e");
        Command.of("mkdir", engineDirectory.toString()).run().succeeded();
        try (var engine = Engine.at(engineDirectory)) {
            var cli = engine.cli(Client.DOCKER);
            cli.run("load -i", Fixtures.busybox().toString()).succeeded();
            cli.run("run -d --name steady busybox sleep 1000").succeeded();
            var before = Set.copyOf(new StoreState(engine).files());
            var refused = cli.run("pull", registry.name("big")).exitedWith(1);
            assertThat(refused.err()).containsIgnoringCase("no space left on device");
            assertThat(Set.copyOf(new StoreState(engine).files())).isEqualTo(before);
            assertThat(cli.run("exec steady echo inside").succeeded().line()).isEqualTo("inside");
            cli.run("pull", registry.name("small")).succeeded();
            assertThat(new StoreState(engine).damage()).isEmpty();
            assertThat(cli.run("exec steady echo inside").succeeded().line()).isEqualTo("inside");
        }
    }

    private static void fillAndRecover(Path disk, Client client) {
        var engineDirectory = disk.resolve("e");
        Command.of("mkdir", engineDirectory.toString()).run().succeeded();
        try (var engine = Engine.at(engineDirectory)) {
            var cli = engine.cli(client);
            cli.run("load -i", Fixtures.busybox().toString()).succeeded();
            var filler =
                    cli.run(
                            "run --name filler busybox sh -c",
                            "cat /dev/zero > /fill; echo full; exit 4");
            assertThat(filler.exitedWith(4).err()).contains("No space left on device");
            // Nothing more fits: it says why, and nothing of it stays.
            var refused = cli.run("run --rm busybox true");
            assertThat(refused.status()).isIn(0, 125);
            if (refused.status() == 125) {
                assertThat(refused.err()).containsIgnoringCase("no space left on device");
            }
            cli.run("rm filler").succeeded();
            assertThat(cli.sh("echo works again")).isEqualTo("works again");
        }
    }
}
