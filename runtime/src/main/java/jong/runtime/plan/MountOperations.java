package jong.runtime.plan;

import java.nio.file.Path;
import java.util.Set;
import jong.oci.runtime.LinuxSpec;
import jong.oci.runtime.MountSpec;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.Spec;
import jong.wire.status.StatusException.InvalidArgument;

/** Turns {@code mounts} into operations. */
final class MountOperations {

    private static final int COPY_UP = 1;
    private static final int READ_ONLY_LATE = 2;
    private static final int OR_BIND = 4;
    private static final int RECURSIVE = 1;
    private static final int REPLACE = 4;
    private static final int THIS_MOUNT_ONLY = 1;
    private static final long TIMES =
            MountFlags.NOATIME
                    | MountFlags.NODIRATIME
                    | MountFlags.RELATIME
                    | MountFlags.STRICTATIME;
    private static final long MOUNT_DEFAULTS =
            MountFlags.NOSUID | MountFlags.NODEV | MountFlags.NOEXEC;

    /** Filesystems that take no SELinux context, or whose files carry labels of their own. */
    private static final Set<String> UNLABELLED =
            Set.of("proc", "sysfs", "mqueue", "cgroup2", "bind");

    private final ContainerRequest request;
    private final Plan.Builder plan;
    private boolean anyLate;

    MountOperations(ContainerRequest request, Plan.Builder plan) {
        this.request = request;
        this.plan = plan;
    }

    /**
     * Adds the mounts in the order of the configuration.
     *
     * @return whether there are some that become read-only only when everything is in its place
     */
    boolean add(Spec spec) {
        spec.mounts().forEach(mount -> add(mount, spec.linux()));
        return anyLate;
    }

    /** The destination as an absolute path without {@code .} and {@code ..}. */
    static String destination(MountSpec mount) {
        if (mount.destination().isEmpty()) {
            throw new InvalidArgument("invalid mount " + mount.json() + ": empty destination");
        }
        return Path.of("/").resolve(mount.destination()).normalize().toString();
    }

    /** The same in the container's root, which is this directory of the host. */
    static String destination(MountSpec mount, Path root) {
        return withoutRoot(destination(mount), root);
    }

    /** Whether a mount shows a part of the host's own tree. */
    static boolean isBind(MountSpec mount) {
        return mount.type().equals("bind") || MountOptions.parse(mount.options()).isBind();
    }

    private void add(MountSpec mount, LinuxSpec linux) {
        MountOptions options = MountOptions.parse(mount.options());
        String destination = withoutRoot(destination(mount));
        if (destination.equals("/")) {
            throw new InvalidArgument(
                    "mountpoint \"" + mount.destination() + "\" is on the top of rootfs");
        }
        boolean bind = options.isBind() || mount.type().equals("bind");
        boolean idMapped = isIdMapped(mount, options);
        if (idMapped && !bind) {
            throw invalid(mount, "id-mapped mounts are only supported for bind-mounts");
        }
        if ((options.set() & MountFlags.REMOUNT) != 0) {
            remount(mount, options, destination, bind);
        } else if (bind) {
            if (idMapped) {
                idMap(mount, options, linux);
            }
            bind(mount, options, destination);
        } else if (mount.type().equals("cgroup") || mount.type().equals("cgroup2")) {
            cgroup(options, destination);
        } else {
            filesystem(mount, options, destination, linux.mountLabel());
        }
    }

    private static InvalidArgument invalid(MountSpec mount, String why) {
        return new InvalidArgument("invalid mount " + mount.json() + ": " + why);
    }

    private String withoutRoot(String destination) {
        return request.rootfs() instanceof Rootfs.Directory(Path root)
                ? withoutRoot(destination, root)
                : destination;
    }

    /** Some callers give the path on the host, of a place in the container's root. */
    private static String withoutRoot(String destination, Path root) {
        return Path.of(destination).startsWith(root)
                ? Path.of("/").resolve(root.relativize(Path.of(destination))).toString()
                : destination;
    }

    private static boolean isIdMapped(MountSpec mount, MountOptions options) {
        return options.idMapped()
                || !mount.uidMappings().isEmpty()
                || !mount.gidMappings().isEmpty();
    }

    /** Without maps of its own a mount has those of the container's user namespace. */
    private void idMap(MountSpec mount, MountOptions options, LinuxSpec linux) {
        boolean own = !mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty();
        String userNamespace = linux.namespaces().get(NamespaceType.USER);
        var uids = own || userNamespace == null ? mount.uidMappings() : linux.uidMappings();
        var gids = own || userNamespace == null ? mount.gidMappings() : linux.gidMappings();
        String path = own || userNamespace == null ? "" : userNamespace;
        if (path.isEmpty() && (uids.isEmpty() || gids.isEmpty())) {
            throw invalid(mount, "id-mapped mounts must have both uid and gid mappings specified");
        }
        plan.add(
                OpCode.BIND_ID_MAP,
                path.isEmpty() ? IdMaps.lines(uids) : "",
                path.isEmpty() ? IdMaps.lines(gids) : "",
                path,
                options.idMapRecursive() ? 1 : 0);
    }

    private void bind(MountSpec mount, MountOptions options, String destination) {
        if (!options.data().isEmpty()) {
            throw invalid(mount, "bind mounts cannot have any filesystem-specific options applied");
        }
        plan.add(
                OpCode.BIND,
                request.bundle().resolve(mount.source()).toString(),
                destination,
                ((options.set() & MountFlags.REC) != 0 ? RECURSIVE : 0)
                        | (options.changesFlags() ? REPLACE : 0),
                MountFlags.attributes(options.set()),
                cleared(options),
                options.recursiveSet(),
                options.recursiveClear(),
                options.propagation());
    }

    /**
     * What has to go for certain. Access times are one choice of several and change only together,
     * and only by a word that chooses: {@code atime} and its like leave them as they are.
     */
    private static long cleared(MountOptions options) {
        long set = MountFlags.attributes(options.set());
        long times = MountFlags.ATTR_ATIME | MountFlags.ATTR_NODIRATIME;
        long plain = MountFlags.attributes(options.clear()) & ~set & ~times;
        boolean chosen = (options.set() & TIMES) != 0;
        return plain | (chosen ? MountFlags.ATTR_ATIME | (MountFlags.ATTR_NODIRATIME & ~set) : 0);
    }

    private void remount(
            MountSpec mount, MountOptions options, String destination, boolean thisMountOnly) {
        if (thisMountOnly && !options.data().isEmpty()) {
            throw invalid(mount, "bind mounts cannot have any filesystem-specific options applied");
        }
        plan.add(
                OpCode.REMOUNT,
                destination,
                options.set() & ~MountFlags.REMOUNT,
                options.clear(),
                String.join(",", options.data()),
                options.propagation(),
                thisMountOnly ? THIS_MOUNT_ONLY : 0);
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
                (options.copyUp() ? COPY_UP : 0) | lateBit(late));
        if (!label.isEmpty() && mount.type().equals("mqueue")) {
            plan.add(OpCode.FILE_LABEL, destination, label);
        }
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
                lateBit((options.set() & MountFlags.RDONLY) != 0));
    }

    private int lateBit(boolean late) {
        anyLate |= late;
        return late ? READ_ONLY_LATE : 0;
    }

    /**
     * In its own cgroup namespace a container gets real mounts, whose root is its own cgroup;
     * otherwise its cgroup's directory is shown, so that the host's tree stays out of reach.
     */
    private void cgroupView(MountOptions options, String destination, CgroupView view) {
        long readonly = options.set() & MountFlags.RDONLY;
        boolean unified = request.cgroup().unified();
        if (request.ownCgroupNamespace()) {
            plan.add(
                    OpCode.MOUNT,
                    unified ? "cgroup2" : "cgroup",
                    unified ? view.hostPath().toString() : "cgroup",
                    destination,
                    MOUNT_DEFAULTS | MountFlags.RELATIME | readonly,
                    view.mountData(),
                    options.propagation(),
                    unified ? OR_BIND : 0);
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
