package jong.engine.spec;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import org.jspecify.annotations.Nullable;

/**
 * All that a container's config.json depends on.
 *
 * @param id of the container
 * @param config with the image's defaults merged in
 * @param host as checked at create
 * @param args entrypoint and command
 * @param mounts with volumes resolved
 * @param files the directory of the files hosts, hostname and resolv.conf
 * @param joined namespace type to the path of the namespace joined ({@code container:ID} modes)
 * @param shm the directory that is /dev/shm when another's is shared; null for an own one
 * @param initProgram on the host, for {@code --init}; null without
 * @param machine what is true of this host
 */
public record SpecRequest(
        String id,
        ContainerConfig config,
        HostConfig host,
        List<String> args,
        List<MountPoint> mounts,
        Path files,
        Map<String, Path> joined,
        @Nullable Path shm,
        @Nullable Path initProgram,
        Machine machine) {

    public SpecRequest {
        args = List.copyOf(args);
        mounts = List.copyOf(mounts);
        joined = Map.copyOf(joined);
    }

    /**
     * What is true of this host.
     *
     * @param architecture Java's name for it, {@code amd64} or {@code aarch64}
     * @param appArmor whether the kernel enforces AppArmor
     * @param capabilities what the daemon can give away
     */
    public record Machine(String architecture, boolean appArmor, Capabilities capabilities) {}
}
