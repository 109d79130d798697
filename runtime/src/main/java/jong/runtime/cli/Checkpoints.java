package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.Unimplemented;

/** The commands {@code checkpoint} and {@code restore}, which need CRIU. */
final class Checkpoints {

    private Checkpoints() {}

    static int checkpoint(Session session, Arguments arguments) throws IOException {
        session.instance(arguments.id());
        throw missing();
    }

    static int restore(Session session, Arguments arguments) {
        session.root().directory(arguments.id());
        throw missing();
    }

    private static RuntimeException missing() {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, "criu"))) {
                return new Unimplemented(
                        "criu is installed, but jong-runc cannot checkpoint or restore yet");
            }
        }
        return new NotFound("criu: executable file not found in $PATH");
    }
}
