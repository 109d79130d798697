package jong.runtime.cli;

import java.util.ArrayList;
import java.util.List;
import jong.oci.runtime.Spec;
import jong.wire.json.JsonObject;

/** Sockets that systemd opened for the container (sd_listen_fds(3)), from descriptor 3 on. */
final class ListenFds {

    private ListenFds() {}

    /** How many there are. */
    static int count() {
        String count = System.getenv("LISTEN_FDS");
        try {
            return count == null ? 0 : Integer.parseInt(count);
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
