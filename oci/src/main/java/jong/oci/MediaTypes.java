package jong.oci;

import java.util.Set;

/** Media types of the OCI image-spec and of docker's image format, version 2 schema 2. */
public final class MediaTypes {

    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    public static final String OCI_LAYER_GZIP = OCI_LAYER + "+gzip";
    public static final String OCI_LAYER_ZSTD = OCI_LAYER + "+zstd";

    public static final String DOCKER_LIST =
            "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_MANIFEST =
            "application/vnd.docker.distribution.manifest.v2+json";

    /** How the types of docker's old manifests begin, which have another form. */
    public static final String DOCKER_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1";

    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
    public static final String DOCKER_LAYER_GZIP = DOCKER_LAYER + ".gzip";
    public static final String DOCKER_LAYER_ZSTD = DOCKER_LAYER + ".zstd";

    private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_LIST);
    private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);
    private static final Set<String> CONFIGS = Set.of(OCI_CONFIG, DOCKER_CONFIG);

    private MediaTypes() {}

    /** Whether the type is that of an index: a list of manifests for several platforms. */
    public static boolean isIndex(String mediaType) {
        return INDEXES.contains(mediaType);
    }

    /** Whether the type is that of the manifest of one image. */
    public static boolean isManifest(String mediaType) {
        return MANIFESTS.contains(mediaType);
    }

    /** Whether the type is that of the configuration of a runnable image. */
    public static boolean isConfig(String mediaType) {
        return CONFIGS.contains(mediaType);
    }

    /** Whether the type is that of a file system layer, of any compression. */
    public static boolean isLayer(String mediaType) {
        return mediaType.startsWith(OCI_LAYER)
                || mediaType.startsWith(DOCKER_LAYER)
                || isForeignLayer(mediaType);
    }

    /** Whether a layer of this type may lie outside of registries, at its descriptor's URLs. */
    public static boolean isForeignLayer(String mediaType) {
        return mediaType.startsWith("application/vnd.docker.image.rootfs.foreign.diff.tar")
                || mediaType.startsWith("application/vnd.oci.image.layer.nondistributable.v1.tar");
    }
}
