package jong.manager.images;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import jong.linux.KernelThreads;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.LayerSnapshotter;
import jong.manager.snapshots.SnapshotInfo;
import jong.oci.Digest;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * Notes of the layers whose files may not be on disk yet, although their records are: nothing waits
 * for the disk while a layer is unpacked. Some time after the last one a sync of the file system
 * takes the notes away. One that is of an earlier life of the machine says that the layer may have
 * lost files when the power failed (docs/decisions/0017-layers-and-power-failures.md).
 */
final class UnsyncedLayers {

    private static final System.Logger LOG = System.getLogger(UnsyncedLayers.class.getName());

    /** Names this life of the machine: see proc_sys_kernel(5). */
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    /** As long as ext4 lets its journal wait; the next layer or container often comes sooner. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final LayerSnapshotter snapshots;
    private final MetadataStore metadata;
    private final Bucket notes;
    private final AtomicLong additions = new AtomicLong();

    UnsyncedLayers(LayerSnapshotter snapshots, MetadataStore metadata) {
        this.snapshots = snapshots;
        this.metadata = metadata;
        this.notes = metadata.bucket("unsynced-layers");
    }

    /** Notes a layer, in the transaction that makes it known. */
    void add(Digest chainId) {
        notes.put(
                chainId.toString(),
                new JsonObject().with("boot", boot()).with("since", Instant.now().toString()));
    }

    /** Forgets a layer that is gone. */
    void forget(Digest chainId) {
        notes.remove(chainId.toString());
    }

    /** Has them synced once no more come. */
    void syncSoon() {
        long last = additions.incrementAndGet();
        Thread.ofVirtual()
                .name("sync of layers")
                .start(() -> {
                    try {
                        Thread.sleep(PAUSE);
                        if (additions.get() == last) {
                            sync();
                        }
                    } catch (InterruptedException _) {
                        // The notes stay, and so does what they are for.
                    } catch (IOException | RuntimeException e) {
                        LOG.log(Level.WARNING, "cannot sync layers: " + e.getMessage());
                    }
                });
    }

    /** Returns once the files of all layers that are noted now, of this life, are on disk. */
    void sync() throws IOException {
        Map<String, JsonObject> noted = new TreeMap<>(notes.entries());
        noted.values().removeIf(note -> !isOfThisLife(note));
        if (noted.isEmpty()) {
            return;
        }
        KernelThreads.call(() -> {
            snapshots.sync();
            return noted;
        });
        metadata.transaction(() ->
                noted.forEach((chainId, note) -> {
                    if (notes.get(chainId).equals(Optional.of(note))) { // Not made anew meanwhile.
                        notes.remove(chainId);
                    }
                }));
    }

    /** Whether some wait to be synced in this life. */
    boolean isWaiting() {
        return notes.entries().values().stream().anyMatch(UnsyncedLayers::isOfThisLife);
    }

    /** Those of an earlier life of the machine that there still are, the lower ones first. */
    List<SnapshotInfo> suspects() {
        return notes.entries().entrySet().stream()
                .filter(note -> !isOfThisLife(note.getValue()))
                .flatMap(note -> snapshots.stat(note.getKey()).stream())
                .sorted(Comparator.comparingInt(this::depth))
                .toList();
    }

    private int depth(SnapshotInfo layer) {
        int depth = 0;
        for (Optional<SnapshotInfo> next = Optional.of(layer); next.isPresent(); depth++) {
            next = snapshots.stat(next.get().parent());
        }
        return depth;
    }

    private static boolean isOfThisLife(JsonObject note) {
        return note.string("boot").equals(boot());
    }

    private static String boot() {
        try {
            return Files.readString(BOOT).strip();
        } catch (IOException e) {
            throw new StatusException.Internal("cannot read " + BOOT + ": " + e.getMessage(), e);
        }
    }
}
