package jong.registry.server.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.registry.server.protocol.RepositoryName;

/** Finds the repositories below a directory; a name may begin with another one. */
final class RepositoryWalk {

    private final Path top;

    RepositoryWalk(Path top) {
        this.top = top;
    }

    /** What is done with a name. */
    interface Visitor {
        void visit(RepositoryName name) throws IOException;
    }

    /** Visits each repository once. */
    void forEach(Visitor visitor) throws IOException {
        descend(top, visitor);
    }

    private void descend(Path directory, Visitor visitor) throws IOException {
        boolean repository = false;
        for (Path child : DurableFiles.list(directory)) {
            if (child.getFileName().toString().startsWith("_")) {
                repository = true;
            } else if (Files.isDirectory(child)) {
                descend(child, visitor);
            }
        }
        String name = top.relativize(directory).toString();
        if (repository && RepositoryName.isValid(name)) {
            visitor.visit(new RepositoryName(name));
        }
    }
}
