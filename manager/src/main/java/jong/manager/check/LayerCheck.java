package jong.manager.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.manager.check.Damage.Kind;
import jong.manager.images.Inventory.Copy;
import jong.manager.leases.Lease;
import jong.oci.Descriptor;
import jong.wire.status.StatusException;

/** Unpacks each layer's archive once more and compares the files with those of the layer. */
final class LayerCheck {

    private final Stores stores;

    LayerCheck(Stores stores) {
        this.stores = stores;
    }

    List<Damage> run() throws IOException {
        List<Damage> found = new ArrayList<>();
        try (Lease lease = stores.leases().begin(Map.of("jong/work", "check"))) {
            for (Expectations.Layer layer : new Expectations(stores).layers().values()) {
                lease.snapshot(layer.chainId().toString());
                difference(layer, lease)
                        .ifPresent(text ->
                                found.add(
                                        new Damage(
                                                Kind.LAYER_DIFFERS,
                                                layer.chainId().toString(),
                                                "the files of layer "
                                                        + layer.chainId()
                                                        + " are not those of its archive: "
                                                        + text)));
            }
        }
        return found;
    }

    /** Empty where the two are the same, or where one is missing, which is told as such. */
    private Optional<String> difference(Expectations.Layer layer, Lease lease) throws IOException {
        Descriptor blob = layer.blob();
        String name = layer.chainId().toString();
        if (blob == null
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
