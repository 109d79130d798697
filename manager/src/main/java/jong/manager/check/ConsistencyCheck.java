package jong.manager.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import jong.manager.check.Damage.Kind;
import jong.manager.images.Inventory.KnownImage;
import jong.manager.leases.Resource;
import jong.oci.Digest;
import jong.wire.status.StatusException;

/**
 * Compares what the metadata say with what is there, without reading content.
 *
 * <p>It does not stop work under way, so what it finds may be a change that was being made: only
 * what two runs find is damage.
 */
final class ConsistencyCheck {

    private final Stores stores;
    private final ContainerSnapshots containers;
    private final Set<Damage> found = new LinkedHashSet<>();

    ConsistencyCheck(Stores stores, ContainerSnapshots containers) {
        this.stores = stores;
        this.containers = containers;
    }

    Set<Damage> run() throws IOException {
        for (String problem : stores.metadata().problems()) {
            add(Kind.METADATA, "metadata", "the database of metadata is damaged: " + problem);
        }
        var expected = new Expectations(stores);
        checkContent(expected);
        checkNames();
        checkLayers(expected);
        checkSnapshots();
        checkUnreferenced();
        return found;
    }

    private void checkContent(Expectations expected) throws IOException {
        expected.content()
                .forEach((digest, wanted) -> {
                    if (stores.content().info(digest).isEmpty()) {
                        add(
                                Kind.CONTENT_MISSING,
                                digest.toString(),
                                "content " + digest + " is missing, " + wanted.purpose());
                    }
                });
        for (Path stray : stores.content().strays()) {
            add(Kind.CONTENT_STRAY, stray.toString(), stray + " is no content");
        }
        for (Digest digest : stores.labels().labelled()) {
            // The labels of what is missing tell where to get it again.
            if (stores.content().info(digest).isEmpty()
                    && !expected.content().containsKey(digest)) {
                add(
                        Kind.LABELS_STRAY,
                        digest.toString(),
                        "there are labels of content " + digest + ", which does not exist");
            }
        }
    }

    private void checkNames() {
        Set<Digest> ids = new HashSet<>();
        for (KnownImage image : stores.inventory().images()) {
            ids.add(image.id());
        }
        stores.inventory()
                .names()
                .forEach((name, id) -> {
                    if (!ids.contains(id)) {
                        add(
                                Kind.NAME_STRAY,
                                name.toString(),
                                "the name "
                                        + name
                                        + " points to image "
                                        + id
                                        + ", which does not exist");
                    }
                });
    }

    private void checkLayers(Expectations expected) {
        for (Expectations.Layer layer : expected.layers().values()) {
            String chainId = layer.chainId().toString();
            if (stores.snapshots().stat(chainId).isEmpty()) {
                add(Kind.LAYER_MISSING, chainId, "layer " + chainId + " is not unpacked");
            } else if (!isIntact(chainId)) {
                add(Kind.LAYER_MISSING, chainId, "the files of layer " + chainId + " are missing");
            } else if (!layer.recorded()) {
                add(
                        Kind.LAYER_MISSING,
                        chainId,
                        "it is not known of which archive layer " + chainId + " was made");
            }
        }
    }

    private void checkSnapshots() throws IOException {
        for (String id : containers.existing()) {
            if (!isIntact(id)) {
                add(
                        Kind.CONTAINER_FILES_MISSING,
                        id,
                        "the files of container " + id + " are missing");
            }
        }
        for (String key : new StraySnapshots(stores, containers).find()) {
            add(
                    Kind.SNAPSHOT_STRAY,
                    key,
                    "snapshot " + key + " belongs to no container and no work under way");
        }
        for (Path stray : stores.snapshots().strays()) {
            add(Kind.FILES_STRAY, stray.toString(), stray + " belongs to no snapshot");
        }
    }

    private void checkUnreferenced() throws IOException {
        for (Resource resource : stores.collector().garbage()) {
            String what =
                    switch (resource.kind()) {
                        case CONTENT -> "content ";
                        case INGEST -> "ingest ";
                        case SNAPSHOT -> "layer ";
                    };
            add(
                    Kind.UNREFERENCED,
                    resource.id(),
                    what + resource.id() + " belongs to no image, container or work under way");
        }
    }

    private boolean isIntact(String key) {
        try {
            return stores.snapshots().isIntact(key);
        } catch (StatusException.NotFound _) {
            return false;
        }
    }

    private void add(Kind kind, String subject, String problem) {
        found.add(new Damage(kind, subject, problem));
    }
}
