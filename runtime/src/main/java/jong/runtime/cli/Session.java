package jong.runtime.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import jong.runtime.Container;
import jong.runtime.ContainerRuntime;
import jong.wire.status.StatusException.NotFound;
import org.jspecify.annotations.Nullable;

/** One run of the program: where it prints, and the runtime, made when first needed. One thread. */
final class Session implements AutoCloseable {

    private final Path nativeProgram;
    private final Path root;
    private final PrintStream out;
    private @Nullable ContainerRuntime runtime;

    Session(Path nativeProgram, Path root, PrintStream out) {
        this.nativeProgram = nativeProgram;
        this.root = root;
        this.out = out;
    }

    PrintStream out() {
        return out;
    }

    ContainerRuntime runtime() {
        ContainerRuntime present = runtime;
        if (present == null) {
            present = new ContainerRuntime(nativeProgram, root);
            runtime = present;
        }
        return present;
    }

    /** The container of this name; runc's text if there is none. */
    Container container(String id) {
        return runtime().find(id).orElseThrow(() -> new NotFound("container does not exist"));
    }

    @Override
    public void close() {
        if (runtime != null) {
            runtime.close();
        }
    }
}
