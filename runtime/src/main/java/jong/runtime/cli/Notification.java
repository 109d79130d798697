package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import jong.oci.runtime.Spec;
import jong.runtime.monitor.MonitorException;
import jong.wire.json.JsonObject;

/**
 * What a container's program tells the caller's service manager (sd_notify(3)): where the caller
 * has a {@code NOTIFY_SOCKET}, the container gets one of its own, whose news of being ready go on.
 *
 * @param session this run
 * @param directory the container's
 * @param manager the caller's socket, or empty
 */
record Notification(Session session, StateDirectory directory, String manager) {

    private static final String VARIABLE = "NOTIFY_SOCKET";
    private static final String INSIDE = "/run/notify";
    private static final String SOCKET = "notify.sock";

    static Notification ofCaller(Session session, StateDirectory directory) {
        String manager = System.getenv(VARIABLE);
        return new Notification(session, directory, manager == null ? "" : manager);
    }

    private boolean wanted() {
        return !manager.isEmpty();
    }

    /** The configuration with the directory of the socket, which is made, and its name. */
    Spec announce(Spec spec) throws IOException {
        if (!wanted()) {
            return spec;
        }
        directory.createNotify();
        JsonObject json = mount(spec, directory);
        JsonObject process = json.object("process");
        List<String> env = new ArrayList<>(process.strings("env"));
        env.add(VARIABLE + "=" + INSIDE + "/" + SOCKET);
        process.with("env", env);
        return new Spec(json);
    }

    /** The configuration with the mount that the container has if it was announced a socket. */
    static Spec asMade(Spec spec, StateDirectory directory) {
        return Files.exists(directory.notifyPath()) ? new Spec(mount(spec, directory)) : spec;
    }

    private static JsonObject mount(Spec spec, StateDirectory directory) {
        JsonObject json = spec.json().copy();
        List<Object> mounts = new ArrayList<>(json.list("mounts"));
        mounts.add(
                new JsonObject()
                        .with("destination", INSIDE)
                        .with("type", "bind")
                        .with("source", directory.notifyPath().toString())
                        .with("options", List.of("bind", "nosuid", "noexec", "nodev", "ro")));
        return json.with("mounts", mounts);
    }

    /** Makes the socket; to be done before the program starts. */
    void listen() throws IOException {
        if (wanted()) {
            String path = directory.notifyPath().resolve(SOCKET).toString();
            session.front().listenForReadiness(path, manager);
        }
    }

    /**
     * Waits until the program is ready and the manager knows, or it has ended.
     *
     * @throws MonitorException if the manager cannot be told
     */
    void await(Front.Launched process) throws IOException {
        if (wanted()) {
            session.front().awaitReadiness(process);
        }
    }

    /** The same for callers to whom it matters more that the container runs. */
    void tryAwait(Front.Launched process) throws IOException {
        try {
            await(process);
        } catch (MonitorException e) {
            session.log().warning("cannot tell the service manager: " + e.getMessage());
        }
    }
}
