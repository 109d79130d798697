package jong.manager.snapshots;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jong.manager.erofs.LayerTree;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.oci.Digest;

/** A small layer, to see whether this kernel mounts such ones. */
final class ErofsTrial {

    private static final int FILE_BYTES = 100_000;

    private ErofsTrial() {}

    /**
     * Makes a layer, mounts it and reads a file.
     *
     * @param own the layer's directory; is made, and stays mounted
     * @throws IOException that says why it cannot be done
     */
    static void mount(Path own, LayerCompression compression) throws IOException {
        Path files = DirectorySnapshotter.files(Files.createDirectories(own));
        Files.createDirectory(files);
        var archive = new ByteArrayOutputStream();
        byte[] content = new byte[FILE_BYTES];
        try (var tar = new TarWriter(archive)) {
            var file = TarEntry.file("file", content.length, 0);
            tar.write(file, new ByteArrayInputStream(content));
        }
        byte[] plain = archive.toByteArray();
        var layer = new ErofsLayer(own);
        LayerTree tree = layer.store(new ByteArrayInputStream(plain), true, compression);
        layer.finish(tree, Digest.sha256(plain));
        new LayerMounts().ensure(own);
        if (!Arrays.equals(Files.readAllBytes(files.resolve("file")), content)) {
            throw new IOException("the mounted layer has other data");
        }
    }
}
