package jong.manager.unpack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.Stat;

/** Finds what a directory looks like in the layers below, and makes it look so in a layer. */
final class Inheritance implements AutoCloseable {

    private final Directory layer;
    private final LowerLayers lowers;

    Inheritance(Path layer, List<Path> lowers) throws IOException {
        this.layer = Directory.open(layer);
        try {
            this.lowers = LowerLayers.open(lowers);
        } catch (IOException e) {
            this.layer.close();
            throw e;
        }
    }

    /** Copies owner, permissions, attributes and times from the topmost layer that shows it. */
    void apply(String path) throws IOException {
        Optional<Fd> found = lowers.directory(path);
        if (found.isPresent()) {
            try (Fd source = found.get();
                    Fd target = LowerLayers.directory(layer, path).orElseThrow()) {
                copy(source, target);
            }
        }
    }

    /**
     * Makes hard links to files of the layers below, as overlayfs would: the file is copied up
     * first, unless the layer has something else in its place.
     *
     * @return directories that were made for it, parents first
     */
    Set<String> link(Map<String, String> links) throws IOException {
        try (var writer = new LowerLinks(layer)) {
            for (Map.Entry<String, String> link : links.entrySet()) {
                try (Fd source =
                        lowers.file(link.getValue())
                                .orElseThrow(
                                        () -> LowerLinks.missing(link.getKey(), link.getValue()))) {
                    writer.link(EntryPath.of(link.getKey()), EntryPath.of(link.getValue()), source);
                }
            }
            return writer.finish();
        }
    }

    @Override
    public void close() {
        layer.close();
        lowers.close();
    }

    /** Copies what a descriptor can be used for: everything but the content. */
    static void copy(Fd source, Fd target) throws IOException {
        Stat stat = source.stat();
        target.changeOwner(stat.uid(), stat.gid());
        target.changeMode(stat.permissions());
        for (String name : source.attributes().names()) {
            Optional<byte[]> value =
                    name.startsWith("trusted.overlay.")
                            ? Optional.empty()
                            : source.attributes().get(name);
            if (value.isPresent()) {
                target.attributes().set(name, value.get());
            }
        }
        target.setTimes(stat.accessTimeNanos(), stat.modificationTimeNanos());
    }
}
