package jong.runtime.criu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.Spec;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/**
 * The namespaces that a container did not get for itself: those of a path. Network and process ids
 * are left as they are and must be there again at the restoration; others are joined.
 *
 * @param spec the container's configuration
 * @param criu the version of criu
 */
public record ExternalNamespaces(Spec spec, int criu) {

    private static final int WITH_NETWORK = 31_100;
    private static final int WITH_PROCESS_IDS = 31_500;
    private static final List<NamespaceType> LEFT =
            List.of(NamespaceType.NETWORK, NamespaceType.PID);

    /** Those of a path. */
    private Map<NamespaceType, String> given() {
        Map<NamespaceType, String> given = new EnumMap<>(NamespaceType.class);
        given.putAll(spec.linux().namespaces());
        given.values().removeIf(String::isEmpty);
        return given;
    }

    /** Names those that are not to be dumped. */
    public void dump(CriuOptions options) throws IOException {
        Map<NamespaceType, String> given = given();
        for (NamespaceType type : LEFT) {
            String path = given.get(type);
            if (path != null) {
                require(type, "checkpointing");
                Object inode = Files.getAttribute(Path.of(path), "unix:ino");
                options.withExternal(type.file() + "[" + inode + "]:" + key(type));
            }
        }
    }

    /**
     * Gives those to be entered.
     *
     * @param passed is given the path of each that criu needs a descriptor of; the result is the
     *     descriptor's number in criu
     */
    public void restore(CriuOptions options, ToIntFunction<String> passed) {
        given().forEach((type, path) -> {
            if (LEFT.contains(type)) {
                require(type, "the restoration");
                if (!Files.exists(Path.of(path))) {
                    throw new NotFound("Requested network namespace " + path + " does not exist");
                }
                options.withInheritedDescriptor(key(type), passed.applyAsInt(path));
            } else if (type == NamespaceType.CGROUP) {
                throw new InvalidArgument(
                        "Do not know how to handle namespace {NEWCGROUP " + path + "}");
            } else {
                options.withJoinedNamespace(type.file(), path);
            }
        });
    }

    private void require(NamespaceType type, String during) {
        int least = type == NamespaceType.NETWORK ? WITH_NETWORK : WITH_PROCESS_IDS;
        if (criu < least) {
            throw new Internal(
                    "criu lacks support for external "
                            + type.file()
                            + " namespace during "
                            + during
                            + " process (old criu version?)");
        }
    }

    private static String key(NamespaceType type) {
        return type == NamespaceType.NETWORK ? "extRootNetNS" : "extRootPidNS";
    }
}
