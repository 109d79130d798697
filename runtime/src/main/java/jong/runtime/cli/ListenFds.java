package jong.runtime.cli;

import java.util.ArrayList;
import java.util.List;
import jong.oci.runtime.Spec;
import jong.wire.json.JsonObject;

/** Sockets that systemd opened for the container (sd_listen_fds(3)), from descriptor 3 on. */
final class ListenFds {

    private ListenFds() {}

    /**
     * How many there are. The variables may be inherited from another that they were meant for:
     * then the descriptors are other ones, and not the container's.
     */
    static int count() {
        long front = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(-1L);
        return number("LISTEN_PID") == front ? Math.max(0, number("LISTEN_FDS")) : 0;
    }

    private static int number(String variable) {
        String text = System.getenv(variable);
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The configuration with the environment by which its process knows them. */
    static Spec announce(Spec spec, int count) {
        JsonObject json = spec.json().copy();
        JsonObject process = json.object("process");
        List<String> env = new ArrayList<>(process.strings("env"));
        env.add("LISTEN_FDS=" + count);
        env.add("LISTEN_PID=1");
        process.with("env", env);
        return new Spec(json);
    }
}
