package jong.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Images of busybox with layers of noise on top, which no compression makes smaller. */
final class NoisyImages {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private NoisyImages() {}

    /** A tar with one file of so many bytes of noise, the same for the same name and size. */
    static Path layer(Path directory, String name, int bytes) {
        try {
            Path tree = Files.createDirectories(directory.resolve("tree-" + name));
            byte[] noise = new byte[bytes];
            new Random(name.hashCode()).nextBytes(noise);
            Files.write(tree.resolve(name), noise);
            Files.createSymbolicLink(tree.resolve("link-" + name), Path.of(name));
            Path tar = directory.resolve(name + ".tar");
            Command.of("tar", "-C", tree.toString(), "--mtime=@0", "-cf", tar.toString(), ".")
                    .run()
                    .succeeded();
            return tar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An archive of {@code docker save} of such an image. */
    static Path archive(Path directory, String name, Path... layers) {
        Path archive = directory.resolve("image-" + COUNT.incrementAndGet() + ".tar");
        List<String> command = new ArrayList<>();
        command.add(Product.fixtureScript("docker-archive.sh").toString());
        command.add(archive.toString());
        command.add(name);
        command.add("{\"Env\":[\"PATH=/bin\"],\"Cmd\":[\"true\"]}");
        command.add(Fixtures.busyboxRoot().toString());
        for (Path layer : layers) {
            command.add(layer.toString());
        }
        Command.of(command.toArray(String[]::new)).run().succeeded();
        return archive;
    }

    /** The same with new layers of these sizes. */
    static Path archive(Path directory, String name, int... sizes) {
        List<Path> layers = new ArrayList<>();
        for (int size : sizes) {
            layers.add(layer(directory, "noise-" + COUNT.incrementAndGet(), size));
        }
        return archive(directory, name, layers.toArray(Path[]::new));
    }
}
