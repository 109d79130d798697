package jong.runtime.plan;

import java.nio.file.Path;
import java.util.Set;
import jong.oci.runtime.MountSpec;
import jong.oci.runtime.Spec;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.Unimplemented;

/** Turns {@code mounts} into operations. */
final class MountOperations {

    private static final int COPY_UP = 1;
    private static final int READ_ONLY_LATE = 2;
    private static final int RECURSIVE = 1;
    private static final long MOUNT_DEFAULTS =
            MountFlags.NOSUID | MountFlags.NODEV | MountFlags.NOEXEC;

    /** Filesystems that take no SELinux context, or whose files carry labels of their own. */
    private static final Set<String> UNLABELLED =
            Set.of("proc", "sysfs", "mqueue", "cgroup2", "bind");

    private final ContainerRequest request;
    private final Plan.Builder plan;

    MountOperations(ContainerRequest request, Plan.Builder plan) {
        this.request = request;
        this.plan = plan;
    }

    /** Adds the mounts in the order of the configuration. */
    void add(Spec spec) {
        spec.mounts().forEach(mount -> add(mount, spec.linux().mountLabel()));
    }

    /** The destination as an absolute path without {@code .} and {@code ..}. */
    static String destination(MountSpec mount) {
        if (mount.destination().isEmpty()) {
            throw new InvalidArgument("invalid mount " + mount.json() + ": empty destination");
        }
        return Path.of("/").resolve(mount.destination()).normalize().toString();
    }

    /** Whether a mount shows a part of the host's own tree. */
    static boolean isBind(MountSpec mount) {
        return mount.type().equals("bind") || MountOptions.parse(mount.options()).isBind();
    }

    private void add(MountSpec mount, String label) {
        if (mount.idMapped()) {
            throw new Unimplemented(
                    "mount " + mount.destination() + ": id-mapped mounts are not supported");
        }
        MountOptions options = MountOptions.parse(mount.options());
        String destination = destination(mount);
        if (options.isBind() || mount.type().equals("bind")) {
            bind(mount, options, destination);
        } else if (mount.type().equals("cgroup") || mount.type().equals("cgroup2")) {
            cgroup(options, destination);
        } else {
            filesystem(mount, options, destination, label);
        }
    }

    private void bind(MountSpec mount, MountOptions options, String destination) {
        if (!options.data().isEmpty()) {
            throw new InvalidArgument(
                    "bind mounts cannot have any filesystem-specific options applied: "
                            + String.join(",", options.data()));
        }
        long set = MountFlags.attributes(options.set());
        boolean setsTimes =
                (set & MountFlags.ATTR_ATIME) != 0 || (options.set() & MountFlags.RELATIME) != 0;
        long clear =
                (MountFlags.attributes(options.clear()) & ~set)
                        | (setsTimes ? MountFlags.ATTR_ATIME : 0);
        plan.add(
                OpCode.BIND,
                request.bundle().resolve(mount.source()).toString(),
                destination,
                (options.set() & MountFlags.REC) != 0 ? RECURSIVE : 0,
                set,
                clear,
                options.recursiveSet(),
                options.recursiveClear(),
                options.propagation());
    }

    /** A fresh filesystem is one mount: the recursive attributes are its plain ones. */
    private void filesystem(
            MountSpec mount, MountOptions options, String destination, String label) {
        long flags =
                (options.set() | MountFlags.flags(options.recursiveSet()))
                        & ~MountFlags.flags(options.recursiveClear() & ~options.recursiveSet());
        boolean late =
                (flags & MountFlags.RDONLY) != 0
                        && (mount.type().equals("tmpfs") || destination.equals("/dev"));
        String data = String.join(",", options.data());
        if (!label.isEmpty() && !UNLABELLED.contains(mount.type())) {
            data += (data.isEmpty() ? "" : ",") + "context=\"" + label + '"';
        }
        plan.add(
                OpCode.MOUNT,
                mount.type(),
                mount.source(),
                destination,
                late ? flags & ~MountFlags.RDONLY : flags,
                data,
                options.propagation(),
                (options.copyUp() ? COPY_UP : 0) | (late ? READ_ONLY_LATE : 0));
    }

    private void cgroup(MountOptions options, String destination) {
        if (request.cgroup().unified()) {
            cgroupView(options, destination, request.cgroup().views().getFirst());
            return;
        }
        mountTmpfs(options, destination);
        for (CgroupView view : request.cgroup().views()) {
            cgroupView(options, destination + "/" + view.directory(), view);
        }
        for (CgroupView view : request.cgroup().views()) {
            for (String alias : view.aliases()) {
                plan.add(OpCode.SYMLINK, view.directory(), destination + "/" + alias);
            }
        }
    }

    private void mountTmpfs(MountOptions options, String destination) {
        plan.add(
                OpCode.MOUNT,
                "tmpfs",
                "tmpfs",
                destination,
                MOUNT_DEFAULTS,
                "mode=755",
                options.propagation(),
                (options.set() & MountFlags.RDONLY) != 0 ? READ_ONLY_LATE : 0);
    }

    /**
     * In its own cgroup namespace a container gets real mounts, whose root is its own cgroup;
     * otherwise its cgroup's directory is shown, so that the host's tree stays out of reach.
     */
    private void cgroupView(MountOptions options, String destination, CgroupView view) {
        long readonly = options.set() & MountFlags.RDONLY;
        if (request.ownCgroupNamespace()) {
            plan.add(
                    OpCode.MOUNT,
                    request.cgroup().unified() ? "cgroup2" : "cgroup",
                    "cgroup",
                    destination,
                    MOUNT_DEFAULTS | MountFlags.RELATIME | readonly,
                    view.mountData(),
                    options.propagation(),
                    0);
        } else {
            plan.add(
                    OpCode.BIND,
                    view.hostPath().toString(),
                    destination,
                    0,
                    MountFlags.attributes(MOUNT_DEFAULTS | readonly),
                    0L,
                    0L,
                    0L,
                    options.propagation());
        }
    }
}
