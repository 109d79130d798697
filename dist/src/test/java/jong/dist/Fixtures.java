package jong.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The images that tests run, made by the scripts in src/test/fixtures and kept in target. */
final class Fixtures {

    private static final Path DIRECTORY = Path.of("target/fixtures").toAbsolutePath();

    private Fixtures() {}

    /** busybox:latest as `docker save` writes it. */
    static synchronized Path busybox() {
        var archive = DIRECTORY.resolve("busybox.tar");
        make(archive, "busybox-image.sh", busyboxRootPath());
        return archive;
    }

    /** The files of busybox:latest as a plain tar. */
    static Path busyboxRoot() {
        busybox();
        return busyboxRootPath();
    }

    /** nginx:latest on three layers, made from Debian packages; the first call takes minutes. */
    static synchronized Path nginx() {
        var archive = DIRECTORY.resolve("nginx.tar");
        make(archive, "nginx-image.sh");
        return archive;
    }

    private static Path busyboxRootPath() {
        return DIRECTORY.resolve("busybox-root.tar");
    }

    private static void make(Path archive, String script, Path... more) {
        if (Files.exists(archive)) {
            return;
        }
        try {
            Files.createDirectories(DIRECTORY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var words = new java.util.ArrayList<String>();
        words.add(Product.fixtureScript(script).toString());
        words.add(archive.toString());
        for (var file : more) {
            words.add(file.toString());
        }
        Command.of(words.toArray(String[]::new)).run().succeeded();
    }
}
