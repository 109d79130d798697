package jong.manager.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import jong.manager.images.Inventory.Copy;
import jong.manager.leases.Lease;
import jong.manager.snapshots.SnapshotInfo;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.DistributionSource;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/** Mends the damages of one look, one at a time, in the order of their kinds. By one thread. */
final class Repair {

    private final Stores stores;
    private final ContainerSnapshots containers;
    private final Function<String, RegistryAuth> credentials;

    /** What is expected; null if content came since it was read, which may tell more. */
    private @Nullable Expectations expected;

    private boolean collected;

    Repair(
            Stores stores,
            ContainerSnapshots containers,
            Function<String, RegistryAuth> credentials) {
        this.stores = stores;
        this.containers = containers;
        this.credentials = credentials;
    }

    /** Mends a damage or says why it cannot. */
    Finding repair(Damage damage) throws InterruptedException {
        try (Lease lease = stores.leases().begin(Map.of("jong/work", "repair"))) {
            return new Finding(damage, true, mend(damage, lease));
        } catch (IOException | StatusException e) {
            return new Finding(damage, false, String.valueOf(e.getMessage()));
        }
    }

    /** How it was mended. */
    private String mend(Damage damage, Lease lease) throws IOException, InterruptedException {
        return switch (damage.kind()) {
            case CONTENT_CORRUPT -> replaceContent(Digest.parse(damage.subject()), lease);
            case CONTENT_MISSING -> fetch(Digest.parse(damage.subject()), lease);
            case CONTENT_STRAY -> {
                Files.deleteIfExists(Path.of(damage.subject()));
                yield "removed";
            }
            case LABELS_STRAY -> {
                stores.labels().update(Digest.parse(damage.subject()), _ -> Map.of());
                yield "removed";
            }
            case NAME_STRAY -> {
                stores.inventory().removeName(Reference.parse(damage.subject()));
                yield "removed";
            }
            case LAYER_MISSING, LAYER_DIFFERS -> unpack(Digest.parse(damage.subject()), lease);
            case FILES_STRAY -> {
                stores.snapshots().removeStray(Path.of(damage.subject()));
                yield "removed";
            }
            case SNAPSHOT_STRAY -> {
                // Since the last look somebody may have come for it.
                if (!new StraySnapshots(stores, containers).find().contains(damage.subject())) {
                    yield "not stray any more";
                }
                stores.snapshots().remove(damage.subject());
                yield "removed";
            }
            case UNREFERENCED -> {
                if (!collected) { // One takes all that the look has found.
                    stores.collector().collect();
                    collected = true;
                }
                yield "removed";
            }
            case CONTAINER_FILES_MISSING ->
                    throw new StatusException.Conflict(
                            "they cannot be got again: remove the container");
            case METADATA ->
                    throw new StatusException.Conflict(
                            "stop jongd and restore the data root from a backup");
        };
    }

    /** Wrong bytes are of no use to anybody, so they go whether right ones can be had or not. */
    private String replaceContent(Digest digest, Lease lease)
            throws IOException, InterruptedException {
        boolean wanted = expected().content().containsKey(digest);
        Map<String, String> labels = stores.labels().get(digest);
        stores.content().delete(digest);
        if (!wanted) {
            return "removed";
        }
        stores.labels().update(digest, _ -> labels); // They tell where to get it again.
        return fetch(digest, lease);
    }

    private String fetch(Digest digest, Lease lease) throws IOException, InterruptedException {
        var content = expected().content().get(digest);
        if (content == null) {
            return "not needed any more";
        }
        Descriptor wanted = content.descriptor();
        if (wanted.size() == 0) {
            throw new StatusException.Unavailable("its size is not known: its manifest is lost");
        }
        List<String> refusals = new ArrayList<>();
        for (DistributionSource source :
                DistributionSource.of(stores.labels().get(wanted.digest()))) {
            String name = source.host() + "/" + source.repository();
            try {
                stores.inventory().fetch(wanted, source, credentials.apply(source.host()), lease);
                if (tellsMore(wanted)) {
                    expected = null;
                }
                return "fetched again from " + name;
            } catch (IOException | StatusException e) {
                refusals.add(name + ": " + e.getMessage());
            }
        }
        throw new StatusException.Unavailable(
                refusals.isEmpty()
                        ? "no registry is known to have it: load or pull the image again"
                        : String.join("; ", refusals));
    }

    private String unpack(Digest chainId, Lease lease) throws IOException {
        lease.snapshot(chainId.toString());
        var layer = expected().layers().get(chainId);
        if (layer == null) {
            return "not needed any more";
        }
        Descriptor blob = layer.blob();
        if (blob == null || stores.content().info(blob.digest()).isEmpty()) {
            throw new StatusException.Unavailable("its archive is missing");
        }
        Set<String> users = runningOn(chainId.toString());
        if (!users.isEmpty()) {
            throw new StatusException.Conflict(
                    "stop first what runs on it: container " + String.join(", ", users));
        }
        try (Copy copy = stores.inventory().unpack(blob, layer.diffId(), layer.parent(), lease)) {
            copy.replace(chainId);
        }
        return "unpacked again";
    }

    private Expectations expected() {
        Expectations read = expected;
        if (read == null) {
            read = new Expectations(stores);
            expected = read;
        }
        return read;
    }

    /** Layers' archives, which are most of all content, name nothing. */
    private static boolean tellsMore(Descriptor content) {
        return !MediaTypes.isLayer(content.mediaType());
    }

    private Set<String> runningOn(String layer) {
        Set<String> users = new TreeSet<>();
        for (String id : containers.running()) {
            Optional<SnapshotInfo> next = stores.snapshots().stat(id);
            while (next.isPresent()) {
                if (next.get().parent().equals(layer)) {
                    users.add(id);
                }
                next = stores.snapshots().stat(next.get().parent());
            }
        }
        return users;
    }
}
