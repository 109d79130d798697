package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images: in by load, import and pull; out by save; names given and taken. */
@BlackBox
class ImagesTest {

    private final Cli cli;

    ImagesTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    /** Whatever a failed test has done, the next finds busybox:latest and nothing else. */
    @AfterEach
    void restoreImages() {
        cli.engine().removeContainers();
        cli.run("rmi -f travelling:v1 flat:1 second/name:x");
        cli.run("load -i " + Fixtures.busybox()).succeeded();
    }

    @Test
    void loadedImageIsListed() {
        var lines = cli.run("images").succeeded().lines();
        assertThat(lines.getFirst())
                .containsSubsequence("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE");
        assertThat(lines).anyMatch(line -> line.matches("busybox +latest +[0-9a-f]{12} .*MB"));
    }

    @Test
    void loadSaysWhatItLoaded() {
        var result = cli.run("load -i", Fixtures.busybox().toString()).succeeded();
        assertThat(result.out()).contains("Loaded image: busybox:latest");
    }

    @Test
    void savedImageComesBackTheSame(@TempDir Path directory) {
        var id = cli.run("images -q --no-trunc busybox").line();
        var archive = directory.resolve("saved.tar").toString();
        cli.run("tag busybox travelling:v1").succeeded();
        cli.run("save -o", archive, "travelling:v1").succeeded();
        cli.run("rmi travelling:v1").succeeded();
        assertThat(cli.run("load -i", archive).succeeded().out())
                .contains("Loaded image: travelling:v1");
        assertThat(cli.run("images -q --no-trunc travelling:v1").line()).isEqualTo(id);
        cli.run("rmi travelling:v1").succeeded();
    }

    /** A rename would put an archive in the place of a device of the host. */
    @Test
    void archiveTakesThePlaceOfRegularFilesOnly(@TempDir Path directory) throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("target"));
        Files.createDirectory(directory.resolve("empty"));
        Command.of("mkfifo", directory.resolve("pipe").toString()).run().succeeded();
        Command.of("mknod", directory.resolve("null").toString(), "c", "1", "3").run().succeeded();
        for (var refused :
                List.of(
                        "null: cannot write to a character device file",
                        "pipe: cannot write to a named pipe (FIFO)",
                        "link: cannot write to a symbolic link directly",
                        "empty: cannot write to a directory",
                        "none/file: invalid output path: stat "
                                + directory.resolve("none")
                                + ": no such file or directory")) {
            String[] parts = refused.split(": ", 2);
            var file = directory.resolve(parts[0]).toString();
            assertThat(cli.run("save -o", file, "busybox").exitedWith(1).err())
                    .contains("failed to save image: " + parts[1]);
        }
        assertThat(directory.resolve("empty")).isEmptyDirectory();
        assertThat(Files.getAttribute(directory.resolve("null"), "unix:mode")).isEqualTo(0020644);
    }

    @Test
    void importedTarBecomesAnImage() {
        var root = Fixtures.busyboxRoot().toString();
        var id = cli.run("import -c", "CMD [\"echo\",\"imported\"]", root, "flat:1").succeeded();
        assertThat(id.line()).matches("sha256:[0-9a-f]{64}");
        assertThat(cli.run("run --rm flat:1").succeeded().line()).isEqualTo("imported");
        cli.run("rmi flat:1").succeeded();
    }

    @Test
    void daemonDownloadsWhatIsImportedFromAUrl() throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] archive = Files.readAllBytes(Fixtures.busyboxRoot());
        server.createContext(
                "/root.tar",
                exchange -> {
                    exchange.sendResponseHeaders(200, archive.length);
                    exchange.getResponseBody().write(archive);
                    exchange.close();
                });
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();
            var lines = cli.run("import", address + "/root.tar", "flat:1").succeeded().lines();
            assertThat(lines.getFirst()).isEqualTo("Downloading from " + address + "/root.tar");
            assertThat(lines.getLast()).matches("sha256:[0-9a-f]{64}");
            assertThat(cli.run("run --rm flat:1 echo imported").line()).isEqualTo("imported");
            assertThat(cli.run("import", address + "/none").exitedWith(1).err())
                    .contains("failed to GET " + address + "/none with status 404");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void removedTagIsSaidAndTheImageStays() {
        cli.run("tag busybox second/name:x").succeeded();
        assertThat(cli.run("rmi second/name:x").succeeded().line())
                .isEqualTo("Untagged: second/name:x");
        assertThat(cli.sh("echo still here")).isEqualTo("still here");
    }

    @Test
    void whatCanBeNoTagIsRefused() {
        assertThat(cli.run("tag busybox a:b:c").exitedWith(1).err())
                .contains("\"a:b:c\" is not a valid repository/tag: invalid reference format");
        String digest = "x@sha256:" + "0".repeat(64);
        assertThat(cli.run("tag busybox", digest).exitedWith(1).err())
                .contains("refusing to create a tag with a digest reference");
    }

    @Test
    void removalThatIsForcedDoesNotFailForAMissingImage() {
        assertThat(cli.run("rmi -f nosuch").succeeded().err())
                .contains("No such image: nosuch:latest");
        cli.run("rmi nosuch").exitedWith(1);
    }

    @Test
    void pruneThatIsDeclinedIsNoFailure() {
        assertThat(cli.runWithInput("n\n", "image prune").succeeded().out())
                .contains("Are you sure you want to continue? [y/N]");
    }

    @Test
    void imageOfAContainerIsNotRemoved() {
        cli.run("run -d --name user busybox sleep 1000").succeeded();
        assertThat(cli.run("rmi busybox").exitedWith(1).err())
                .contains("conflict: unable to remove repository reference \"busybox\"");
    }

    @Test
    void inspectShowsConfigurationAndLayers() {
        assertThat(
                        cli.run(
                                        "image inspect -f",
                                        "{{json .Config.Cmd}} {{len .RootFS.Layers}}",
                                        "busybox")
                                .succeeded()
                                .line())
                .isEqualTo("[\"sh\"] 1");
    }
}
