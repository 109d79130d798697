package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A data root without room: errors that say so, and an engine that works again afterwards. */
@Tag("root")
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class FullDiskTest {

    @ParameterizedTest
    @EnumSource(Client.class)
    void fullDataRootFailsWithItsReasonAndRecovers(Client client) {
        var disk = Engine.shortPath(Path.of("/tmp"));
        Command.of("mkdir", disk.toString()).run().succeeded();
        Command.of("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString())
                .run()
                .succeeded();
        try {
            fillAndRecover(disk, client);
        } finally {
            Command.of("umount", "-l", disk.toString()).run().succeeded();
            Command.of("rmdir", disk.toString()).run().succeeded();
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
