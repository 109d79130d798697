package jong.engine.spec;

import java.util.List;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.wire.json.JsonObject;

/** Makes the OCI {@code process} of {@code docker exec}. */
public final class ExecProcess {

    private ExecProcess() {}

    /**
     * The process of an exec session.
     *
     * @param config the container's
     * @param host the container's
     * @param exec the body of {@code POST /containers/{id}/exec}
     * @param machine what is true of this host
     */
    public static JsonObject of(
            ContainerConfig config, HostConfig host, JsonObject exec, SpecRequest.Machine machine) {
        boolean terminal = exec.flag("Tty");
        var process = new JsonObject().withUnlessEmpty("terminal", terminal);
        List<Object> size = exec.list("ConsoleSize").stream().map(Object.class::cast).toList();
        if (terminal && size.size() == 2) {
            process.with(
                    "consoleSize",
                    new JsonObject().with("height", size.get(0)).with("width", size.get(1)));
        }
        List<String> env = Environment.merge(config.env(), exec.strings("Env"));
        String directory = exec.string("WorkingDir", config.workingDir());
        process.with(
                "user", ContainerSpec.user(exec.string("User", config.user()), host.groupAdd()));
        process.with("args", exec.strings("Cmd"));
        process.with("env", Environment.ofProcess(config.hostname(), terminal, env));
        process.with("cwd", directory.isEmpty() ? "/" : directory);
        boolean privileged = exec.flag("Privileged");
        List<String> names =
                machine.capabilities()
                        .of(
                                privileged
                                        ? new HostConfig(new JsonObject().with("Privileged", true))
                                        : host);
        process.with("capabilities", ContainerSpec.capabilitySets(names));
        process.withUnlessEmpty("rlimits", Limits.rlimits(host));
        SecurityOptions security = SecurityOptions.parse(host.securityOpt());
        process.withUnlessEmpty("noNewPrivileges", security.noNewPrivileges());
        if (machine.appArmor()) {
            // As dockerd: the flag gives this process capabilities, not the container's freedom.
            process.with("apparmorProfile", security.profile(host.privileged()));
        }
        return process.with("oomScoreAdj", host.oomScoreAdj());
    }
}
