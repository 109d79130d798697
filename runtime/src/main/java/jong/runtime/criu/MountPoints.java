package jong.runtime.criu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.oci.runtime.MountSpec;
import jong.oci.runtime.Spec;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.ContainerRequest;
import jong.runtime.plan.HostMount;
import jong.runtime.plan.Plan;
import jong.runtime.plan.PlanCompiler;
import jong.runtime.plan.Rootfs;
import jong.wire.json.JsonObject;

/**
 * The places of the mounts, which a creation makes where they are missing and criu does not. They
 * are made by a plan like that of a creation: of a process that sees the same binds, in a mount
 * namespace of its own, and ends where it would become its program, since it is given none.
 */
public final class MountPoints {

    /** Those below which only the kernel makes files; anything else stands for itself. */
    private static final Set<String> KERNEL_VIEWS = Set.of("proc", "sysfs");

    private MountPoints() {}

    /**
     * The plan. It fails at its last operation, {@link jong.runtime.plan.OpCode#EXEC}; at any other
     * one if something could not be made.
     *
     * @param id the container's id
     * @param spec its configuration
     * @param bundle what relative sources start from
     * @param rootfs its root on the host
     * @param cgroup its groups, whose rules for devices are set by the way (v2)
     */
    public static Plan plan(
            String id, Spec spec, Path bundle, Path rootfs, CgroupPlacement cgroup) {
        return PlanCompiler.container(
                new ContainerRequest(
                        id,
                        reduced(spec),
                        bundle,
                        new Rootfs.Directory(rootfs),
                        List.of(),
                        cgroup,
                        Optional.empty(),
                        "",
                        false,
                        0,
                        false));
    }

    private static Spec reduced(Spec spec) {
        JsonObject linux =
                new JsonObject()
                        .with("namespaces", List.of(new JsonObject().with("type", "mount")))
                        .with("devices", spec.linux().json().objects("devices"))
                        .with("resources", spec.linux().json().object("resources"));
        List<JsonObject> mounts = new ArrayList<>();
        for (MountSpec mount : spec.mounts()) {
            mounts.addAll(reduced(mount));
        }
        return new Spec(
                new JsonObject()
                        .with("ociVersion", spec.ociVersion())
                        .with("root", new JsonObject().with("path", spec.rootPath()))
                        .with(
                                "process",
                                new JsonObject().with("cwd", "/").with("args", List.of("")))
                        .with("mounts", mounts)
                        .with("linux", linux));
    }

    /** What lies in a filesystem in memory is criu's to restore: an empty one takes its place. */
    private static List<JsonObject> reduced(MountSpec mount) {
        if (HostMount.isBind(mount)) {
            return List.of(mount(mount, "bind", mount.source()).with("options", List.of("rbind")));
        }
        if (mount.type().startsWith("cgroup") || mount.options().contains("remount")) {
            return List.of();
        }
        String type = KERNEL_VIEWS.contains(mount.type()) ? mount.type() : "tmpfs";
        return List.of(mount(mount, type, type));
    }

    private static JsonObject mount(MountSpec mount, String type, String source) {
        return new JsonObject()
                .with("destination", mount.destination())
                .with("type", type)
                .with("source", source);
    }
}
