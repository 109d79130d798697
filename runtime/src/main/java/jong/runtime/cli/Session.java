package jong.runtime.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import jong.oci.runtime.LinuxSpec;
import jong.oci.runtime.SeccompSpec;
import jong.runtime.cgroups.ContainerCgroup;
import jong.runtime.cgroups.ContainerCgroups;
import jong.runtime.resctrl.ResctrlGroup;
import jong.runtime.resctrl.ResourceDirector;
import jong.runtime.seccomp.SeccompProgram;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** One run of the program: where it prints, whom it asks, where the containers are. One thread. */
final class Session {

    /** The property that tells one build from another; set by the front's command. */
    private static final String BUILD = "jong.build";

    private final Options options;
    private final PrintStream out;
    private final Log log;
    private final Front front;
    private @Nullable ContainerCgroups cgroups;

    /**
     * What the words before the command say.
     *
     * @param root where the containers' directories are
     * @param rootGiven whether the caller named it
     * @param systemdCgroup whether cgroups are systemd's to make
     * @param rootless whether it is no error that cgroups may not be changed
     */
    record Options(StateRoot root, boolean rootGiven, boolean systemdCgroup, boolean rootless) {}

    Session(Options options, PrintStream out, Log log, Front front) {
        this.options = options;
        this.out = out;
        this.log = log;
        this.front = front;
    }

    Options options() {
        return options;
    }

    StateRoot root() {
        return options.root();
    }

    PrintStream out() {
        return out;
    }

    Log log() {
        return log;
    }

    Front front() {
        return front;
    }

    /** The cgroups of a container that exists, where its state says. */
    ContainerCgroup cgroup(State state) throws IOException {
        return cgroups().existing(state.cgroupPath(), state.cgroupPaths());
    }

    /** The cgroups of a container that is to be made. */
    ContainerCgroup newCgroup(LinuxSpec linux, String id) throws IOException {
        String path = linux.cgroupsPath();
        if (options.systemdCgroup()) {
            return cgroups().systemd(path, id);
        }
        if (options.rootless()) {
            return cgroups().rootless(path, id, linux.resources());
        }
        return cgroups().of(path.isEmpty() ? "/" + id : path);
    }

    private ContainerCgroups cgroups() throws IOException {
        ContainerCgroups known = cgroups;
        if (known == null) {
            known = ContainerCgroups.detect();
            cgroups = known;
        }
        return known;
    }

    /**
     * The container's group of resctrl, if its configuration asks for one.
     *
     * @param id the container's
     */
    Optional<ResctrlGroup> resctrl(LinuxSpec linux, String id) throws IOException {
        if (linux.intelRdt().isEmpty()) {
            return Optional.empty();
        }
        JsonObject wanted = linux.intelRdt().get();
        return ResourceDirector.local().map(director -> new ResctrlGroup(director, wanted, id));
    }

    /** The compiled filter of a container's profile, if it has one. */
    Optional<SeccompProgram> filter(LinuxSpec linux) {
        Optional<SeccompSpec> profile = linux.seccomp();
        if (profile.isEmpty()) {
            return Optional.empty();
        }
        String build = System.getProperty(BUILD, "");
        return Optional.of(new FilterCache(root(), build, log).compile(profile.get()));
    }

    /** The container of this name; runc's text if there is none. */
    Instance instance(String id) throws IOException {
        StateDirectory directory = root().directory(id);
        return new Instance(this, directory, directory.state());
    }
}
