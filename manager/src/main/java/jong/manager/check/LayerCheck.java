package jong.manager.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jong.manager.check.Damage.Kind;
import jong.manager.images.Inventory.Copy;
import jong.manager.leases.Lease;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.wire.status.StatusException;

/** Unpacks each layer's archive once more and compares the files with those of the layer. */
final class LayerCheck {

    private final Stores stores;
    private final Set<Digest> corrupt;

    /**
     * A check of all layers.
     *
     * @param corrupt content that is known to be damaged: nothing is learned from its archives
     */
    LayerCheck(Stores stores, Set<Digest> corrupt) {
        this.stores = stores;
        this.corrupt = Set.copyOf(corrupt);
    }

    List<Damage> run() {
        List<Damage> found = new ArrayList<>();
        try (Lease lease = stores.leases().begin(Map.of("jong/work", "check"))) {
            for (Expectations.Layer layer : new Expectations(stores).layers().values()) {
                lease.snapshot(layer.chainId().toString());
                problem(layer, lease)
                        .ifPresent(problem ->
                                found.add(
                                        new Damage(
                                                Kind.LAYER_DIFFERS,
                                                layer.chainId().toString(),
                                                "the files of layer "
                                                        + layer.chainId()
                                                        + problem)));
            }
        }
        return found;
    }

    /** How a sentence about the layer's files ends; the others are looked at whatever it is. */
    private Optional<String> problem(Expectations.Layer layer, Lease lease) {
        try {
            return difference(layer, lease).map(text -> " are not those of its archive: " + text);
        } catch (IOException | UncheckedIOException e) {
            return Optional.of(" cannot be compared with its archive: " + e.getMessage());
        }
    }

    /** Empty where the two are the same, or where one is missing, which is told as such. */
    private Optional<String> difference(Expectations.Layer layer, Lease lease) throws IOException {
        Descriptor blob = layer.blob();
        String name = layer.chainId().toString();
        if (blob == null
                || corrupt.contains(blob.digest())
                || stores.content().info(blob.digest()).isEmpty()
                || stores.snapshots().stat(name).isEmpty()
                || !stores.snapshots().isIntact(name)) {
            return Optional.empty();
        }
        try (Copy copy = stores.inventory().unpack(blob, layer.diffId(), layer.parent(), lease)) {
            return copy.difference(layer.chainId());
        } catch (StatusException.InvalidArgument | StatusException.NotFound _) {
            return Optional.empty(); // The archive or a layer below is damaged: told as such.
        }
    }
}
