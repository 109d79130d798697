package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import jong.wire.json.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** {@code jong system check}, which docker does not have. */
@Tag("root")
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class SystemCheckTest {

    @Test
    void damageIsToldAndRepairedFromTheRegistry(@TempDir Path directory) throws IOException {
        try (var registry = LocalRegistry.start(directory);
                var engine = Engine.fresh()) {
            var cli = engine.cli(Client.JONG);
            registry.push(NoisyImages.archive(directory, "app:1", 100_000), "app");
            cli.run("pull", registry.name("app")).succeeded();
            assertThat(cli.run("system check --full").succeeded().line())
                    .startsWith("Checked 1 images, 2 layers, ")
                    .endsWith(" of content: no damage");

            Path blob = largestBlob(engine);
            byte[] bytes = Files.readAllBytes(blob);
            bytes[bytes.length / 2] ^= 1;
            Files.write(blob, bytes);

            String digest = "sha256:" + blob.getFileName();
            var told = cli.run("system check").exitedWith(1);
            assertThat(told.lines().getFirst())
                    .startsWith("content " + digest + " is corrupt: its bytes have sha256:");
            assertThat(told.lines().getLast()).endsWith("damage found: 1");
            var row = cli.run("system check --format json").exitedWith(1).line();
            assertThat(Json.parseObject(row).string("Kind")).isEqualTo("content-corrupt");
            var repaired = cli.run("system check --repair").succeeded();
            assertThat(repaired.lines().get(1))
                    .isEqualTo("  repaired: fetched again from " + registry.name("app"));
            assertThat(cli.run("system check").succeeded().line()).endsWith("no damage");
            cli.run("run --rm --network none", registry.name("app"), "true").succeeded();
        }
    }

    @Test
    void lostContentIsFetchedAgainWithTheUsersPassword(@TempDir Path directory) throws IOException {
        try (var registry = LocalRegistry.startWithPassword(directory);
                var engine = Engine.fresh()) {
            var cli = engine.cli(Client.JONG);
            var image = registry.name("app:1");
            cli.run("load -i", Fixtures.busybox().toString()).succeeded();
            cli.run("login -u user -p secret", registry.domain()).succeeded();
            cli.run("tag busybox", image).succeeded();
            cli.run("push", image).succeeded();
            cli.run("rmi busybox", image).succeeded();
            cli.run("pull", image).succeeded();
            var id = cli.run("images -q --no-trunc").line();
            Files.delete(
                    engine.dataRoot().resolve("content/blobs/sha256").resolve(id.substring(7)));

            assertThat(cli.run("images -q --no-trunc").succeeded().line()).isEqualTo(id);
            assertThat(cli.run("run --rm", image, "true").exitedWith(125).err())
                    .contains(
                            "image " + id + " is damaged: its configuration cannot be read",
                            "try jong system check --repair, or pull or load it again");
            cli.run("logout", registry.domain()).succeeded();
            assertThat(cli.run("system check --repair").exitedWith(1).out())
                    .contains("not repaired: " + registry.name("app"));
            cli.run("login -u user -p secret", registry.domain()).succeeded();
            assertThat(cli.run("system check --repair").succeeded().out())
                    .contains("  repaired: fetched again from " + registry.name("app"));
            cli.run("run --rm", image, "true").succeeded();
            assertThat(engine.log()).doesNotContain("secret");
        }
    }

    private static Path largestBlob(Engine engine) throws IOException {
        try (var files = Files.list(engine.dataRoot().resolve("content/blobs/sha256"))) {
            return files.max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }
}
