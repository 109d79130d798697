package jong.manager.images;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.oci.Digest;
import jong.oci.image.History;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;

/** Tells the steps that made an image, with the images of this host that they led to. */
final class ImageHistory {

    private final Images images;

    ImageHistory(Images images) {
        this.images = images;
    }

    /** The newest step first. */
    List<LayerHistory> of(Image image) {
        List<Digest> chain = image.config().chainIds();
        Map<Integer, Image> stages = stages(image);
        List<LayerHistory> lines = new ArrayList<>();
        int layer = 0;
        List<History> steps = image.config().history();
        for (int i = 0; i < steps.size(); i++) {
            History step = steps.get(i);
            boolean hasLayer = !step.emptyLayer() && layer < chain.size();
            Image stage = stages.get(steps.size() - 1 - i);
            lines.addFirst(
                    new LayerHistory(
                            stage == null ? "<missing>" : stage.id().toString(),
                            instant(step.created()).getEpochSecond(),
                            step.createdBy(),
                            stage == null ? List.of() : familiar(stage.tags()),
                            hasLayer ? images.layerSize(chain.get(layer)) : 0,
                            step.comment()));
            layer += hasLayer ? 1 : 0;
        }
        return lines;
    }

    /** What a configuration says; foreign ones may say anything, which is the epoch. */
    static Instant instant(String rfc3339) {
        try {
            return rfc3339.isEmpty() ? Instant.EPOCH : OffsetDateTime.parse(rfc3339).toInstant();
        } catch (DateTimeException _) {
            return Instant.EPOCH;
        }
    }

    /** The image and those that it was made from here, by how many steps came after each. */
    private Map<Integer, Image> stages(Image image) {
        Map<Integer, Image> stages = new HashMap<>();
        int steps = image.config().history().size();
        Optional<Image> next = Optional.of(image);
        while (next.isPresent()) {
            Image stage = next.get();
            stages.putIfAbsent(steps - stage.config().history().size(), stage);
            next = stage.parent().isEmpty() ? Optional.empty() : parent(stage);
        }
        return stages;
    }

    /** Empty also if its configuration is lost: then it tells no steps. */
    private Optional<Image> parent(Image stage) {
        try {
            return images.find(stage.parent());
        } catch (StatusException.Internal _) {
            return Optional.empty();
        }
    }

    private static List<String> familiar(List<Reference> names) {
        return names.stream().map(Reference::familiarString).toList();
    }
}
