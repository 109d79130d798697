package jong.runtime.plan;

import java.util.ArrayList;
import java.util.List;
import jong.oci.runtime.HookSpec;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.runtime.hooks.ContainerState;

/** Turns the hooks up to the start of the user's program into operations. */
final class HookOperations {

    private final Spec spec;
    private final ContainerState state;
    private final Plan.Builder plan;

    HookOperations(ContainerRequest request, Plan.Builder plan) {
        this.spec = request.spec();
        this.state = ContainerState.of(request.id(), request.bundle(), spec);
        this.plan = plan;
    }

    /** Those of the creating process, for when the mounts are made. */
    void addToParentStage() {
        add(OpCode.CREATOR_HOOK, "prestart", "creating", List.of());
        add(OpCode.CREATOR_HOOK, "createRuntime", "creating", List.of());
    }

    /** Those that run between the mounts and the change of the root. */
    void addBeforePivot() {
        if (!spec.hooks("prestart").isEmpty() || !spec.hooks("createRuntime").isEmpty()) {
            plan.add(OpCode.AWAIT_CREATOR_HOOKS);
        }
        add(OpCode.HOOK, "createContainer", "creating", List.of());
    }

    /** Those that run as the user's program is about to; they share its environment, as in runc. */
    void addAfterStart() {
        List<String> env = new ArrayList<>(spec.process().map(ProcessSpec::env).orElse(List.of()));
        if (env.stream().noneMatch(entry -> entry.startsWith("HOME="))) {
            env.add("HOME="); // The user's is put here in the container, where users are known.
        }
        add(OpCode.HOOK, "startContainer", "created", env);
    }

    private void add(OpCode code, String point, String status, List<String> env) {
        List<HookSpec> hooks = spec.hooks(point);
        for (int i = 0; i < hooks.size(); i++) {
            HookSpec hook = hooks.get(i);
            plan.add(
                    code,
                    point + " hook #" + i,
                    hook.timeoutMillis(),
                    hook.path(),
                    hook.args().isEmpty() ? List.of(hook.path()) : hook.args(),
                    hook.env().orElse(env),
                    state.around(status));
        }
    }
}
