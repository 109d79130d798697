package jong.engine.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** The engine's identity: made once, kept in the file {@code engine-id} of the data root. */
public final class EngineId {

    private EngineId() {}

    /** Reads the identity, making it at the first start. */
    public static String read(Path dataRoot) throws IOException {
        Path file = dataRoot.resolve("engine-id");
        try {
            return Files.readString(file, UTF_8).strip();
        } catch (NoSuchFileException _) {
            String id = UUID.randomUUID().toString();
            Path unfinished = dataRoot.resolve("engine-id.new");
            Files.writeString(unfinished, id, UTF_8);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            return id;
        }
    }
}
