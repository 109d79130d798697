package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
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

    private static final int MEGABYTE = 1 << 20;

    @ParameterizedTest
    @EnumSource(Client.class)
    void fullDataRootFailsWithItsReasonAndRecovers(Client client) {
        try (var disk = SmallDisk.tmpfs(24);
                var engine = inMemory(disk)) {
            fillAndRecover(engine.cli(client));
        }
    }

    @Test
    void whatFillsMemorySaysSoAndGivesTheSpaceBack(@TempDir Path directory) {
        try (var disk = SmallDisk.tmpfs(24);
                var engine = inMemory(disk)) {
            refuseTooMuch(directory, disk.directory(), engine);
        }
    }

    /** No layer can be mounted from there, which the engine has to find by itself. */
    private static Engine inMemory(SmallDisk disk) {
        return Engine.storing(directory(disk.directory(), "e"), "");
    }

    @Test
    void whatFillsADiskSaysSoAndGivesTheSpaceBack(@TempDir Path directory) {
        try (var disk = SmallDisk.ext4(32);
                var engine = Engine.at(directory(disk.directory(), "e"))) {
            refuseTooMuch(directory, disk.directory(), engine);
        }
    }

    /** Pull, load, commit and save, beside a container that goes on. */
    private static void refuseTooMuch(Path directory, Path disk, Engine engine) {
        try (var registry = LocalRegistry.start(directory)) {
            var archive = NoisyImages.archive(directory, "big:1", 13 * MEGABYTE, 13 * MEGABYTE);
            registry.push(archive, "big");
            registry.push(NoisyImages.archive(directory, "small:1", MEGABYTE), "small");
            var cli = engine.cli(Client.DOCKER);
            cli.run("load -i", Fixtures.busybox().toString()).succeeded();
            cli.run("run -d --name steady busybox sleep 1000").succeeded();
            refusesAndKeepsNothing(cli, "pull", registry.name("big"));
            refusesAndKeepsNothing(cli, "load -i", archive.toString());
            cli.run("exec steady dd if=/dev/urandom of=/half bs=1M count=14").succeeded();
            refusesAndKeepsNothing(cli, "commit steady");
            refusesAndKeepsNothing(cli, "commit -p=false steady");
            var filler = disk.resolve("filler").toString();
            Command.of("dd", "if=/dev/zero", "of=" + filler, "bs=64k").run();
            refusesAndKeepsNothing(cli, "save -o", disk.resolve("out").toString(), "busybox");
            Command.of("rm", filler).run().succeeded();
            cli.run("exec steady rm /half").succeeded();

            cli.run("pull", registry.name("small")).succeeded();
            assertThat(new StoreState(engine).damage()).isEmpty();
            assertThat(cli.run("exec steady echo inside").succeeded().line()).isEqualTo("inside");
        }
    }

    private static void refusesAndKeepsNothing(Cli cli, String... command) {
        var before = Set.copyOf(new StoreState(cli.engine()).files());
        var images = cli.run("images -aq").succeeded().lines();
        assertThat(cli.run(command).exitedWith(1).err())
                .containsIgnoringCase("no space left on device");
        assertThat(Set.copyOf(new StoreState(cli.engine()).files())).isEqualTo(before);
        assertThat(cli.run("images -aq").succeeded().lines()).isEqualTo(images);
        assertThat(cli.run("exec steady echo inside").succeeded().line()).isEqualTo("inside");
    }

    @Test
    void whatNobodyNeedsGoesByItselfWhenTheDiskFills(@TempDir Path directory) throws Exception {
        var options = new String[] {"--gc-threshold", "50%", "--gc-dangling"};
        try (var disk = SmallDisk.ext4(64);
                var engine = Engine.at(directory(disk.directory(), "e"), options)) {
            var cli = engine.cli(Client.JONG);
            cli.run("load -i", Fixtures.busybox().toString()).succeeded();
            load(cli, NoisyImages.archive(directory, "app:1", 9 * MEGABYTE));
            var old = cli.run("images -q --no-trunc app").line();
            load(cli, NoisyImages.archive(directory, "app:1", 9 * MEGABYTE));
            assertThat(cli.run("images -aq --no-trunc").lines()).hasSize(3).contains(old);
            // jongd looks once a minute.
            for (int i = 0; i < 40 && cli.run("images -aq").lines().size() == 3; i++) {
                Thread.sleep(2000);
            }
            assertThat(cli.run("images -aq --no-trunc").lines()).hasSize(2).doesNotContain(old);
            assertThat(cli.run("images -q app").succeeded().lines()).isNotEmpty();
            assertThat(engine.log()).contains("above the threshold of 50%: removed image " + old);
            assertThat(new StoreState(engine).damage()).isEmpty();
        }
    }

    @Test
    void aVolumeThatFindsNoRoomIsNotMadeAndItsNameStaysFree(@TempDir Path directory) {
        try (var disk = SmallDisk.ext4(32);
                var engine = Engine.at(directory(disk.directory(), "e"))) {
            var cli = engine.cli(Client.JONG);
            cli.run("load -i", Fixtures.busybox().toString()).succeeded();
            cli.sh("-v one:/v", "dd if=/dev/urandom of=/v/f bs=1M count=9 && echo kept > /v/g");
            String archive = directory.resolve("one.tar").toString();
            cli.run("volume export -o", archive, "one").succeeded();
            cli.run("volume clone one two").succeeded();
            assertThat(cli.run("volume clone one three").exitedWith(1).err())
                    .contains("clone one to three: ", "no space left on device");
            assertThat(cli.run("volume import three", archive).exitedWith(1).err())
                    .contains("import three: ", "no space left on device");
            assertThat(cli.run("volume ls -q").succeeded().lines()).containsExactly("one", "two");
            cli.run("volume rm two").succeeded();
            cli.run("volume import three", archive).succeeded();
            assertThat(cli.sh("-v three:/v", "cat /v/g")).isEqualTo("kept");
            cli.run("volume rm one three").succeeded();
            assertThat(new StoreState(engine).damage()).isEmpty();
        }
    }

    private static void load(Cli cli, Path archive) {
        cli.run("load -i", archive.toString()).succeeded();
    }

    private static Path directory(Path parent, String name) {
        try {
            return Files.createDirectory(parent.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fillAndRecover(Cli cli) {
        assertThat(cli.run("info -f {{.Driver}}").line()).isEqualTo("overlay2");
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
