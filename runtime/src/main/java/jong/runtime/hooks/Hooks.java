package jong.runtime.hooks;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import jong.oci.runtime.HookSpec;
import jong.oci.runtime.Spec;
import jong.wire.status.StatusException.Internal;

/**
 * The hooks that run in the runtime's own namespaces when the container has been made: {@code
 * poststart} and {@code poststop}. Those before belong to the plan, unless the container is
 * restored.
 *
 * <p>Thread-safe. Each call blocks for as long as the programs run.
 */
public final class Hooks {

    private final ContainerState state;
    private final Spec spec;
    private final List<HookSpec> poststart;
    private final List<HookSpec> poststop;

    /** The hooks of a container. */
    public Hooks(ContainerState state, Spec spec) {
        this.state = state;
        this.spec = spec;
        this.poststart = spec.hooks("poststart");
        this.poststop = spec.hooks("poststop");
    }

    /**
     * Runs {@code prestart} and {@code createRuntime} for a container that comes back, when its
     * namespaces are there. After a failure the others do not run, and it must not come back.
     *
     * @param pid its first process
     * @throws Internal with runc's text for the first that fails
     */
    public void restoring(int pid) {
        for (String point : List.of("prestart", "createRuntime")) {
            List<HookSpec> hooks = spec.hooks(point);
            for (int i = 0; i < hooks.size(); i++) {
                try {
                    run(hooks.get(i), "creating", pid);
                } catch (IOException e) {
                    throw new Internal(text(point, i, e), e);
                }
            }
        }
    }

    /**
     * Runs those that follow the start of the user's program. After a failure the others do not
     * run, and the container must be stopped and deleted (runtime.md, "Lifecycle", step 10).
     *
     * @param pid the program's process
     * @throws Internal with runc's text for the first that fails
     */
    public void poststart(int pid) {
        for (int i = 0; i < poststart.size(); i++) {
            try {
                run(poststart.get(i), "running", pid);
            } catch (IOException e) {
                throw new Internal(text("poststart", i, e), e);
            }
        }
    }

    /**
     * Runs those that follow the container's removal. All of them run, whatever becomes of the
     * others.
     *
     * @param warnings gets runc's text for each that fails
     */
    public void poststop(Consumer<String> warnings) {
        for (int i = 0; i < poststop.size(); i++) {
            try {
                run(poststop.get(i), "stopped", 0);
            } catch (IOException e) {
                warnings.accept(text("poststop", i, e));
            }
        }
    }

    private void run(HookSpec hook, String status, int pid) throws IOException {
        new HookRun(hook, state.json(status, pid).toString()).run();
    }

    private static String text(String point, int index, IOException e) {
        return "error running " + point + " hook #" + index + ": " + e.getMessage();
    }
}
