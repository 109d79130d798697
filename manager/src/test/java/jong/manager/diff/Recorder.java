package jong.manager.diff;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes differences down as the user sees them. */
record Recorder(List<String> lines) implements TreeComparison.Listener {

    @Override
    public void present(Change.Kind kind, ComparedDirectory parent, String name) {
        lines.add(kind.letter() + " /" + parent.path(name));
    }

    @Override
    public void deleted(String path) {
        lines.add("D /" + path);
    }

    @Override
    public void opaque(String path) {
        throw new UncheckedIOException(new IOException(path));
    }
}
