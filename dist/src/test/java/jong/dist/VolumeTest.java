package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -v}: data that outlives the container. */
@BlackBox
class VolumeTest {

    private final Cli cli;

    VolumeTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @AfterEach
    void removeVolume() {
        cli.engine().removeContainers();
        cli.run("volume rm -f kept").succeeded();
    }

    @Test
    void namedVolumeKeepsItsFiles() {
        cli.sh("-v kept:/mnt", "echo data > /mnt/file");
        assertThat(cli.sh("-v kept:/elsewhere", "cat /elsewhere/file")).isEqualTo("data");
        assertThat(cli.run("volume ls -q").lines()).contains("kept");
    }

    @Test
    void emptyVolumeTakesWhatTheImageHasThere() {
        assertThat(cli.sh("-v kept:/seeded", "cat /seeded/file; stat -c %u:%g /seeded/file"))
                .isEqualTo("from-the-image\n1000:1000");
        cli.sh("-v kept:/seeded", "echo changed > /seeded/file");
        assertThat(cli.sh("-v kept:/seeded", "cat /seeded/file")).isEqualTo("changed");
    }

    @Test
    void directoryOfTheHostIsSharedBothWays(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("in"), "hello");
        cli.sh("-v " + directory + ":/mnt", "cat /mnt/in > /mnt/out");
        assertThat(directory.resolve("out")).hasContent("hello");
    }

    @Test
    void readOnlyMountRefusesWrites(@TempDir Path directory) {
        assertThat(cli.sh("-v " + directory + ":/mnt:ro", "touch /mnt/x 2>&1 || true"))
                .contains("Read-only file system");
    }

    @Test
    void singleFileIsMounted(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("conf"), "setting");
        assertThat(cli.sh("-v " + file + ":/etc/app.conf:ro", "cat /etc/app.conf"))
                .isEqualTo("setting");
    }

    @Test
    void missingDirectoryOfTheHostIsMade(@TempDir Path directory) {
        cli.sh("-v " + directory.resolve("new/deep") + ":/mnt", "touch /mnt/x");
        assertThat(directory.resolve("new/deep/x")).exists();
    }

    @Test
    void anonymousVolumeGoesWithTheContainer() {
        var before = cli.run("volume ls -q").succeeded().lines();
        cli.sh("-v /scratch", "touch /scratch/x");
        assertThat(cli.run("volume ls -q").succeeded().lines()).isEqualTo(before);
    }

    @Test
    void borrowedVolumesAreReadOnlyIfAskedFor() {
        cli.run("create --name donor -v kept:/v -v /own busybox").succeeded();
        String write = "touch /v/x 2>/dev/null && echo y || echo n";
        assertThat(cli.sh("--volumes-from donor", write)).isEqualTo("y");
        assertThat(cli.sh("--volumes-from donor:ro", write)).isEqualTo("n");
    }

    @Test
    void volumeInUseIsNotRemoved() {
        cli.run("run -d --name user -v kept:/mnt busybox sleep 1000").succeeded();
        assertThat(cli.run("volume rm kept").exitedWith(1).err()).contains("volume is in use");
    }
}
