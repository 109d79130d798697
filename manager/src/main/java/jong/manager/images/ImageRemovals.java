package jong.manager.images;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import jong.manager.gc.GarbageCollector;
import jong.manager.metadata.MetadataStore;
import jong.oci.Digest;
import org.jspecify.annotations.Nullable;

/** Removals one after the other, which read all images once. Used by one thread. */
final class ImageRemovals implements Images.Removals {

    private final ClassicImages images;
    private final ImageStore store;
    private final MetadataStore metadata;
    private final GarbageCollector collector;
    private final ImageUses uses;

    /** How many images have each layer; null as long as none was deleted. */
    private @Nullable Map<Digest, Integer> users;

    ImageRemovals(
            ClassicImages images,
            ImageStore store,
            MetadataStore metadata,
            GarbageCollector collector,
            ImageUses uses) {
        this.images = images;
        this.store = store;
        this.metadata = metadata;
        this.collector = collector;
        this.uses = uses;
    }

    @Override
    public List<Removal> remove(String nameOrId, boolean force, boolean prune) {
        List<Image> lineage = lineage(images.known(nameOrId), prune);
        var removal = new ImageRemoval(store, lineage, nameOrId, force, uses);
        List<Removal> removed = new ArrayList<>();
        // In one step: a name that comes meanwhile either keeps the image or finds none.
        metadata.transaction(() -> removed.addAll(removal.run()));
        return withLayers(removed, lineage);
    }

    /** The image and, if they shall go with it, those that it was made from. */
    private List<Image> lineage(Image image, boolean prune) {
        List<Image> all = new ArrayList<>();
        Optional<Image> next = Optional.of(image);
        while (next.isPresent()) {
            all.add(next.get());
            String parent = next.get().parent();
            next = !prune || parent.isEmpty() ? Optional.empty() : images.findKnown(parent);
        }
        return all;
    }

    /** Tells, after each image that was deleted, the layers that went with it. */
    private List<Removal> withLayers(List<Removal> removed, List<Image> lineage) {
        Map<String, Image> byId =
                lineage.stream()
                        .collect(
                                Collectors.toMap(
                                        each -> each.id().toString(), Function.identity()));
        List<Removal> all = new ArrayList<>();
        for (Removal removal : removed) {
            all.add(removal);
            if (removal instanceof Removal.Deleted deleted) {
                all.addAll(layersOf(requireNonNull(byId.get(deleted.digest())), removed, byId));
            }
        }
        return all;
    }

    /** The layers of a removed image that no other has, topmost first. */
    private List<Removal> layersOf(Image image, List<Removal> removed, Map<String, Image> lineage) {
        Map<Digest, Integer> counts = users;
        if (counts == null) {
            counts = count(removed, lineage);
            users = counts;
        }
        List<Removal> own = new ArrayList<>();
        for (Digest chainId : image.config().chainIds().reversed()) {
            if (counts.merge(chainId, -1, Integer::sum) <= 0) {
                own.add(new Removal.Deleted(chainId.toString(), images.layerSize(chainId)));
            }
        }
        return own;
    }

    /** As it was before the removal. */
    private Map<Digest, Integer> count(List<Removal> removed, Map<String, Image> lineage) {
        List<Image> all = new ArrayList<>(images.list());
        for (Removal removal : removed) {
            if (removal instanceof Removal.Deleted deleted) {
                all.add(requireNonNull(lineage.get(deleted.digest())));
            }
        }
        Map<Digest, Integer> counts = new HashMap<>();
        for (Image image : all) {
            image.config().chainIds().forEach(chainId -> counts.merge(chainId, 1, Integer::sum));
        }
        return counts;
    }

    @Override
    public void close() {
        if (users != null) {
            collector.collectAfterwards();
        }
    }
}
