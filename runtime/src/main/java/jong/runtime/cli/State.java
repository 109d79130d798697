package jong.runtime.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * What is kept of a container between two runs of the program; its configuration is kept beside it.
 *
 * @param ociVersion the specification's version that its configuration names
 * @param id its id
 * @param pid its first process
 * @param startTime field 22 of that process's {@code /proc/PID/stat}
 * @param created when it was made, RFC 3339
 * @param bundle the directory that its configuration speaks of
 * @param rootfs its root on the host
 * @param cgroupPath the path of its cgroups, as it was asked for
 * @param cgroupPaths where they are, by controller
 * @param resctrlMade whether a group of resctrl was made for it
 * @param ownPids whether it has its own process ids: then the end of the first process ends all
 * @param stdio the names of what its first process had as standard input and outputs
 * @param annotations as in its configuration
 */
record State(
        String ociVersion,
        String id,
        int pid,
        long startTime,
        String created,
        Path bundle,
        Path rootfs,
        String cgroupPath,
        Map<String, String> cgroupPaths,
        boolean resctrlMade,
        boolean ownPids,
        List<String> stdio,
        JsonObject annotations) {

    /** Where names exist for it, they are those of runc's state.json, which others read, too. */
    byte[] json() {
        return Json.writeBytes(
                new JsonObject()
                        .with("oci_version", ociVersion)
                        .with("id", id)
                        .with("init_process_pid", pid)
                        .with("init_process_start", startTime)
                        .with("created", created)
                        .with("bundle", bundle.toString())
                        .with("rootfs", rootfs.toString())
                        .with("cgroup_path", cgroupPath)
                        .with("cgroup_paths", cgroupPaths)
                        .withUnlessEmpty("intel_rdt_made", resctrlMade)
                        .with("own_pids", ownPids)
                        .with("external_descriptors", stdio)
                        .with("annotations", annotations));
    }

    static State of(byte[] bytes) {
        JsonObject json = Json.parseObject(bytes);
        return new State(
                json.string("oci_version"),
                json.string("id"),
                (int) json.number("init_process_pid"),
                json.number("init_process_start"),
                json.string("created"),
                Path.of(json.string("bundle")),
                Path.of(json.string("rootfs")),
                json.string("cgroup_path"),
                json.stringMap("cgroup_paths"),
                json.flag("intel_rdt_made"),
                json.flag("own_pids"),
                json.strings("external_descriptors"),
                json.object("annotations"));
    }

    Front.Launched process() {
        return new Front.Launched(pid, startTime);
    }

    /** Whether its first process lives. */
    boolean alive() {
        return ProcessTime.alive(pid, startTime);
    }
}
