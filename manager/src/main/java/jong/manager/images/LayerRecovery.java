package jong.manager.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import jong.manager.leases.Lease;
import jong.manager.leases.Leases;
import jong.manager.snapshots.SnapshotInfo;
import jong.oci.Digest;
import jong.wire.status.StatusException;

/**
 * Unpacks the layers again that may have lost files with the power, from their archives, which were
 * synced. Before containers run: they would see the files vanish.
 */
final class LayerRecovery {

    private static final System.Logger LOG = System.getLogger(LayerRecovery.class.getName());

    private final Layers layers;
    private final Inventory inventory;
    private final Leases leases;

    LayerRecovery(Layers layers, Inventory inventory, Leases leases) {
        this.layers = layers;
        this.inventory = inventory;
        this.leases = leases;
    }

    /** A layer that cannot be unpacked stays as it is, and is tried again at the next start. */
    void run() {
        for (SnapshotInfo suspect : layers.unsynced().suspects()) {
            try (Lease lease = leases.begin(Map.of("jong/work", "recovery"))) {
                lease.snapshot(suspect.name());
                recover(suspect, lease);
                LOG.log(
                        Level.INFO,
                        "unpacked layer {0} again: the machine stopped soon after it had come",
                        suspect.name());
            } catch (IOException | UncheckedIOException | StatusException e) {
                LOG.log(
                        Level.WARNING,
                        "layer "
                                + suspect.name()
                                + " may have lost files when the machine stopped, and cannot be"
                                + " unpacked again: "
                                + e.getMessage()
                                + "; try jong system check --full --repair");
            }
        }
        if (layers.unsynced().isWaiting()) {
            layers.unsynced().syncSoon();
        }
    }

    private void recover(SnapshotInfo suspect, Lease lease) throws IOException {
        Digest chainId = Digest.parse(suspect.name());
        LayerRecord record =
                layers.record(chainId)
                        .orElseThrow(() -> new StatusException.NotFound("it has no record"));
        try (var copy = inventory.unpack(record.blob(), record.diffId(), suspect.parent(), lease)) {
            copy.replace(chainId);
        }
    }
}
