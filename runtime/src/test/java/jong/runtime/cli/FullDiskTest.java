package jong.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The containers' directories on a filesystem of 64 KiB. */
final class FullDiskTest extends ContainerCase {

    private Path state;

    @BeforeEach
    void prepare() throws IOException {
        runc.args("true");
        state = Files.createDirectory(runc.state(id).getParent());
        run("mount", "-t", "tmpfs", "-o", "size=64k", "none", state.toString());
    }

    @AfterEach
    void unmount() throws IOException {
        run("umount", state.toString());
    }

    private void run(String... words) throws IOException {
        runc.run(new ProcessBuilder(words), "").succeeded();
    }

    /** With room for the beginning of each file, the first that does not fit is an error. */
    @Test
    void aStateThatDoesNotFitIsAnErrorAndLeavesNothing() throws IOException {
        runc.configure(config ->
                config.with("annotations", new JsonObject().with("long", "x".repeat(10_000))));
        for (int room = 0; room <= 20; room += 4) {
            Path filling = Files.write(state.resolve("filling"), new byte[(64 - room) * 1024]);
            Runc.Result result = runc.run("create", "-b", runc.bundle.toString(), id);
            assertThat(result.status()).as(room + " KiB").isEqualTo(1);
            assertThat(result.message())
                    .startsWith("runc create failed: write " + runc.state(id))
                    .endsWith("No space left on device");
            assertThat(runc.state(id)).doesNotExist();
            Files.delete(filling);
        }
        runc.run("create", "-b", runc.bundle.toString(), id).succeeded();
        assertThat(runc.run("state", id).succeeded().json().string("status")).isEqualTo("created");
        runc.run("delete", "--force", id).succeeded();
    }
}
